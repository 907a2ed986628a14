/* translate.h: sentences for people in their language, through gettext.
 *
 * _("...") gives the translation of a literal, N_("...") marks one in a table that is translated
 * where it is printed. Without translate_start, and in every language but those in po/, all texts
 * are English; unit tests rely on that.
 *
 * Only messages and the kind of characters follow the environment: numbers, dates and sorting stay
 * those of the C locale, because site files, plans and JSON are read by programs too. A board often
 * has no locale but C.UTF-8 installed; LANG=vi_VN.UTF-8 is honoured there all the same. */
#ifndef LEDSIGN_BASE_TRANSLATE_H
#define LEDSIGN_BASE_TRANSLATE_H

#include <libintl.h>

#define _(text)  gettext(text)
#define N_(text) (text)

/* Chooses the language from LANGUAGE, LC_ALL, LC_MESSAGES and LANG. The catalogues are looked for
 * in the folder `locale` beside the program, then in the system's. Main thread, before any other
 * thread starts. */
void translate_start(void);

#endif
