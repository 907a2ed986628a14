#!/bin/sh
# Writes the messages of the given sources as a template: po/extract.sh SOURCE... >FILE.pot
# The keywords are the functions whose argument of that number is shown to people.
xgettext --from-code=UTF-8 --language=C --no-wrap --sort-by-file -o - \
    --keyword=_ --keyword=N_ --keyword=ngettext:1,2 --keyword=problems_add:6 --keyword=check_warn:5 \
    --keyword=parser_fail:2 --keyword=add_error:4 --keyword=say:3 --keyword=fail:3 "$@" | sed "s/charset=CHARSET/charset=UTF-8/"
