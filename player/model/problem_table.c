/* problem_table.c: every kind of problem, once. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/translate.h"
#include "model/problem.h"

const struct problem_row problem_rows[] = {
    {SEVERITY_ERROR, ERROR_FILE, N_("the site file cannot be read"),
     N_("The file is not there, is too large, or is not written in libconfig's notation. The line "
        "is where reading stopped; the mistake is there or just before: a semicolon, comma or "
        "quote is missing, or a bracket is closed by one of another kind. Until it is corrected, "
        "what played before plays on."),
     "screen = { size = [ 960, 480 ] };   // wrong: no ; after the ]\n"
     "screen = { size = [ 960, 480 ]; };  // right"},
    {SEVERITY_ERROR, ERROR_KEY, N_("a key or part is not known"),
     N_("The word to the left of the equals sign means nothing at this place; it is passed over. "
        "Often a letter is wrong, or the key belongs to another part of the file. `ledsign keys` "
        "lists all of them."),
     "{ image = \"a.png\"; durration = 10.0; }  // wrong\n"
     "{ image = \"a.png\"; duration = 10.0; }   // right"},
    {SEVERITY_ERROR, ERROR_TYPE, N_("a value is of the wrong kind"),
     N_("Texts stand in double quotes, numbers and true or false without. Lists of numbers stand "
        "in square brackets, lists of items in round ones, and what has keys in braces. The value "
        "is passed over and the default is used."),
     "duration = \"10\";  // wrong: a text\n"
     "duration = 10.0;  // right"},
    {SEVERITY_ERROR, ERROR_TEXT, N_("a text is not UTF-8, or too long"),
     N_("Texts are UTF-8 and at most 65536 bytes long. An editor that saves in another encoding, "
        "as old Windows editors do for Vietnamese, makes letters that nobody can read back. Save "
        "the file again as UTF-8; put very long texts into a file of their own."),
     "{ text = \"\"; file = \"news.txt\"; }  // a long text in its own file"},
    {SEVERITY_ERROR, ERROR_RANGE, N_("a number is too small or too large"),
     N_("Each number has limits, which the message names; outside of them the value is passed over "
        "and the default is used. For lists it is the number of entries that is limited."),
     "volume = 120;  // wrong: percent\n"
     "volume = 100;  // right"},
    {SEVERITY_ERROR, ERROR_CHOICE, N_("a value is not one of the choices"),
     N_("The key takes one of a few words; the message lists them. The default is used until it is "
        "corrected."),
     "fit = \"fill\";   // wrong\n"
     "fit = \"cover\";  // right"},
    {SEVERITY_ERROR, ERROR_COLOR, N_("a colour cannot be understood"),
     N_("Colours are written as a hash sign and six hexadecimal digits for red, green and blue; "
        "two "
        "more digits are the opacity, 00 for invisible and FF for solid."),
     "background = \"blue\";     // wrong\n"
     "background = \"#003366\";  // right"},
    {SEVERITY_ERROR, ERROR_TIMEZONE, N_("the time zone is not known"),
     N_("Time zones are named by continent and city as in the IANA database, with an underscore "
        "for each space. Until it is corrected, the system's zone is used, so that the schedule "
        "may "
        "run hours early or late."),
     "timezone = \"GMT+7\";             // wrong\n"
     "timezone = \"Asia/Ho_Chi_Minh\";  // right"},
    {SEVERITY_ERROR, ERROR_PART_MISSING, N_("something that must be there is missing"),
     N_("A site needs a screen with a size, playlists, and a schedule whose lines say what they "
        "play. The message shows what to add."),
     "screen    = { size = [ 960, 480 ]; };\n"
     "playlists = { campaign = ( { image = \"a.png\"; } ); };\n"
     "schedule  = ( { play = \"campaign\"; } );"},
    {SEVERITY_ERROR, ERROR_AREA, N_("a zone lies outside of the canvas"),
     N_("A zone's area is x, y, width and height in LED pixels, counted from the upper left corner "
        "of the canvas; x + width must not pass the canvas's width, y + height not its height. The "
        "part that lies on the canvas is used."),
     "screen = { size = [ 960, 480 ]; };\n"
     "zones = ( { name = \"ticker\"; area = [ 0, 440, 960, 80 ]; } );  // wrong: ends at 520\n"
     "zones = ( { name = \"ticker\"; area = [ 0, 400, 960, 80 ]; } );  // right"},
    {SEVERITY_ERROR, ERROR_ZONE, N_("there is no zone of that name"),
     N_("A line of the schedule must name one of the zones, letter by letter. Only where the site "
        "has a single zone may the name be left out. The line is passed over."),
     "zones = ( { name = \"main\"; } );\n"
     "schedule = ( { zone = \"mian\"; play = \"campaign\"; } );  // wrong\n"
     "schedule = ( { zone = \"main\"; play = \"campaign\"; } );  // right"},
    {SEVERITY_ERROR, ERROR_HOLIDAY, N_("a holiday is not a date"),
     N_("Holidays are single dates, ranges with two dots between the dates, or dates without a "
        "year, which come back every year."),
     "public_holidays = ( \"2026-02-16..2026-02-20\", \"04-30\", \"05-01\", \"09-02\" );"},
    {SEVERITY_ERROR, ERROR_NOTHING_TO_SHOW, N_("nothing in the site can be shown"),
     N_("After everything with mistakes was left out, no item remained that can be shown, no zone "
        "in which to show it, or neither a line of the schedule nor a fallback that asks for it. "
        "Correct the other mistakes first. A player that runs keeps playing what it had."),
     ""},
    {SEVERITY_ERROR, ERROR_PLAYLIST, N_("there is no playlist of that name"),
     N_("`play` in the schedule, `playlist` in an item and `fallback` in a zone must name one of "
        "the playlists, letter by letter."),
     "playlists = { campaign = ( { image = \"a.png\"; } ); };\n"
     "schedule = ( { play = \"campain\"; } );   // wrong\n"
     "schedule = ( { play = \"campaign\"; } );  // right"},
    {SEVERITY_ERROR, ERROR_ITEM_KIND, N_("an item shows nothing, or two things"),
     N_("An item is exactly one of video, audio, image, text, clock, qr, color and playlist. Only "
        "audio may have an image besides, which is shown while it sounds."),
     "{ video = \"a.mp4\"; image = \"b.png\"; }       // wrong\n"
     "{ video = \"a.mp4\"; }, { image = \"b.png\"; }  // right: two items"},
    {SEVERITY_ERROR, ERROR_CYCLE, N_("playlists contain each other"),
     N_("A playlist holds another one that, directly or through others, holds the first; such a "
        "loop would never end. It is cut where it closes."),
     "a = ( { playlist = \"b\"; } );\n"
     "b = ( { playlist = \"a\"; } );  // wrong"},
    {SEVERITY_ERROR, ERROR_ZONE_TWICE, N_("two zones have the same name"),
     N_("The schedule could not tell them apart: all of its lines go to the first zone of that "
        "name, and the second stays with its fallback. Give it a name of its own."),
     "zones = ( { name = \"left\"; area = [ 0, 0, 480, 480 ]; },\n"
     "          { name = \"left\"; area = [ 480, 0, 480, 480 ]; } );   // wrong: \"right\""},
    {SEVERITY_ERROR, ERROR_EMERGENCY, N_("the text of the emergency cannot be read"),
     N_("The file that `emergency` names is there, but is no text: it may not be read, is larger "
        "than 65536 bytes, or is not UTF-8, as some Windows editors save it. What can be read of "
        "it is shown, with a mark in place of each byte that is no text."),
     "screen = { size = [ 960, 480 ]; emergency = \"emergency.txt\"; };"},
    {SEVERITY_ERROR, ERROR_MEDIA_MISSING, N_("a media file is missing"),
     N_("Files are looked for beside the site file, then in the folder `media` beside it or in a "
        "folder above it; capital and small letters differ. The item is left out and comes back by "
        "itself when the file is there."),
     "{ video = \"Dance.MP4\"; }  // wrong, when the file is called dance.mp4\n"
     "{ video = \"dance.mp4\"; }  // right"},
    {SEVERITY_ERROR, ERROR_MEDIA_UNPLAYABLE, N_("a media file cannot be played"),
     N_("The file is there, but is not what the item takes it for: it is damaged or half copied, "
        "has no picture or no sound, or is of a kind that cannot be read. Copy it again, or make "
        "an "
        "MP4 with H.264 video, or a PNG or JPEG picture. The item is left out."),
     ""},
    {SEVERITY_ERROR, ERROR_FONTS, N_("the folder of fonts is missing"),
     N_("`fonts` names a folder beside the site file, or in a folder above it. It is not there, so "
        "only the fonts of this machine are used, and texts may have another shape and width than "
        "planned. Correct the name, or make the folder and put the font files into it."),
     "fonts = \"font\";   // wrong, when the folder is called fonts\n"
     "fonts = \"fonts\";  // right"},
    {SEVERITY_ERROR, ERROR_WHEN, N_("a `when` cannot be understood"),
     N_("`when` is written in OpenStreetMap's opening_hours language; the message names the column "
        "of the first thing that does not belong there. The line or item is left out, because "
        "playing it at the wrong time would be worse. Try expressions with `ledsign when`."),
     "when = \"8am-5pm weekdays\";   // wrong\n"
     "when = \"Mo-Fr 08:00-17:00\";  // right"},

    {SEVERITY_WARNING, WARNING_NEVER_OPEN, N_("a line of the schedule will never play"),
     N_("Its `when` is not open at any time from now on: the date does not exist, the year is "
        "over, or it needs holidays that the site file does not list. Take the line out, or "
        "correct "
        "its date."),
     "{ play = \"sale\"; when = \"Feb 30\"; }           // there is no such day\n"
     "{ play = \"sale\"; when = \"2021 Dec 24-26\"; }  // over"},
    {SEVERITY_WARNING, WARNING_ALWAYS_BEATEN, N_("a line of the schedule is always beaten"),
     N_("Whenever its `when` is open, so is another line of the same zone with a higher priority, "
        "and only the highest plays. Give it a higher priority, another time, or take it out."),
     "{ play = \"sale\";  when = \"Sa 10:00-12:00\"; }\n"
     "{ play = \"other\"; priority = 5; }              // always open: wins every time"},
    {SEVERITY_WARNING, WARNING_ONLY_FALLBACK, N_("a zone has nothing but its fallback at times"),
     N_("At these times no line of the schedule is open for the zone, or what is open has nothing "
        "that may be shown; the fallback stands in, and without one only the background is seen. "
        "If "
        "that is meant, say so with a line of low priority that is always open."),
     "schedule = (\n"
     "  { zone = \"main\"; play = \"campaign\"; when = \"06:00-22:00\"; },\n"
     "  { zone = \"main\"; play = \"logo\"; priority = -1; }   // whenever nothing else plays\n"
     ");"},
    {SEVERITY_WARNING, WARNING_MERGED, N_("two lines of the schedule play mixed together"),
     N_("They are open at the same time in the same zone with the same priority; then their items "
        "play one after another as one loop. If one of them should win, give it a higher priority. "
        "If mixing is meant, give both a share: that says how much of the time each gets."),
     "{ play = \"campaign\"; share = 75; }, { play = \"sponsor\"; share = 25; }  // meant\n"
     "{ play = \"campaign\"; }, { play = \"sale\"; when = \"Sa\"; priority = 1; }  // one wins"},
    {SEVERITY_WARNING, WARNING_NEVER_SHOWN, N_("an item will never be shown"),
     N_("Its `when` is never open while its playlist plays: the two times miss each other. The "
        "item's `when` narrows down that of the schedule, it does not add to it."),
     "tips = ( { image = \"good-night.png\"; when = \"22:00-24:00\"; } );  // misses\n"
     "schedule = ( { play = \"tips\"; when = \"06:00-22:00\"; } );"},
    {SEVERITY_WARNING, WARNING_LONGER_THAN_WINDOW, N_("an item is longer than the time it has"),
     N_("The longest stretch in which it may play is shorter than the item: it is always cut, and "
        "what follows it in the list may never come. Give it more time, make it shorter, or let it "
        "play to its end with end = \"finish\"."),
     "{ play = \"film\"; when = \"12:00-12:05\"; }                  // a film of 30 minutes\n"
     "{ play = \"film\"; when = \"12:00-12:05\"; end = \"finish\"; }  // plays to its end"},
    {SEVERITY_WARNING, WARNING_EMPTY_AT_TIMES, N_("a nested playlist is empty at times"),
     N_("At these times the outer playlist plays, but every item of the inner one is shut by its "
        "own `when` or cannot be played; the inner list is passed over. Give it an item without "
        "`when`, or give the line that names it the same `when`."),
     "outer = ( { image = \"a.png\"; }, { playlist = \"weekend\"; when = \"Sa,Su\"; } );\n"
     "weekend = ( { image = \"b.png\"; when = \"Sa,Su\"; } );"},
    {SEVERITY_WARNING, WARNING_SHARES, N_("shares add up to more than 100 percent"),
     N_("Shares are percent of the time of one loop. Where they pass 100 in all, each is scaled "
        "down, and what has no share is not shown at all."),
     "{ play = \"a\"; share = 80; }, { play = \"b\"; share = 40; }  // 120: 67 and 33 are played"},
    {SEVERITY_WARNING, WARNING_UNUSED_PLAYLIST, N_("a playlist is used by nothing"),
     N_("No line of the schedule, no item and no zone's fallback names it. That is fine for one "
        "that waits for its season; otherwise a line of the schedule is missing or names another."),
     ""},
    {SEVERITY_WARNING, WARNING_EMERGENCY, N_("an emergency covers the screen"),
     N_("The file that `emergency` in `screen` names is there and holds text; as long as it does, "
        "that text covers everything, in white on red, and there is no sound. Take the file away, "
        "or empty it, and the programme goes on where it would be by then."),
     "screen = { size = [ 960, 480 ]; emergency = \"emergency.txt\"; };"},
    {SEVERITY_WARNING, WARNING_MEDIA_SIZE, N_("a media file is larger than it needs to be"),
     N_("Boards of the Raspberry Pi class decode video of up to 1920x1080 smoothly, and pictures "
        "need four bytes of memory for each pixel. More pixels than the zone has are thrown away "
        "anyway. Make a version of the zone's size; it also looks sharper, because it is scaled "
        "once and well."),
     "ffmpeg -i film.mp4 -vf scale=960:-2 -c:v libx264 -crf 20 film-960.mp4"},
    {SEVERITY_WARNING, WARNING_MEDIA_RATE, N_("a video has more pictures a second than the screen"),
     N_("Pictures that the screen has no time for are decoded and thrown away, and movement may "
        "look uneven. Make a version with the screen's rate, or raise the screen's `fps` if the "
        "display can show it."),
     "ffmpeg -i film.mp4 -r 30 -c:v libx264 -crf 20 film-30.mp4"},
    {SEVERITY_WARNING, WARNING_MEDIA_CODEC, N_("a video is hard to decode for a small board"),
     N_("Boards of the Raspberry Pi class keep up with H.264 of 8 bits, and most with H.265; other "
        "kinds may stutter there. On a PC they may be fine. Videos that consist of half pictures "
        "(interlaced) lose detail and time while their combs are taken out. Make a version in "
        "H.264."),
     "ffmpeg -i film.webm -vf yadif=deint=interlaced -pix_fmt yuv420p -c:v libx264 -crf 20 "
     "film.mp4"},
    {SEVERITY_WARNING, WARNING_GLYPHS, N_("a text has characters that no font can draw"),
     N_("Neither the item's font nor any other installed one has these characters; a box is shown "
        "in their place. Put a font that has them into the site's folder `fonts`, or write the "
        "text "
        "without them."),
     "fonts = \"fonts\";   // the folder, beside the site file or above it"},
    {SEVERITY_WARNING, WARNING_FONT, N_("a font is not installed"),
     N_("No font of that name is in the site's folder `fonts` or on this machine; the default one "
        "is used in its place, so the text has another shape and width than planned. Copy the font "
        "file into `fonts`; then every screen looks the same."),
     "{ text = \"…\"; font = \"Noto Sans Bold\"; }"},
    {SEVERITY_WARNING, WARNING_MEDIA_CUT, N_("the end of a media file is missing"),
     N_("The file says that it is longer than what is there: copying it was interrupted, or the "
        "disk was full. What is there is played, and the next item follows. Copy the file again."),
     ""},
    {SEVERITY_WARNING, WARNING_QR, N_("a QR code does not fit into its zone"),
     N_("Each module of a QR code takes at least one pixel, and the more text it holds, the more "
        "modules it has; with the white border around it that is more than the zone is high or "
        "wide. The item is skipped when it is played. A short link makes a small code, which is "
        "also read from farther away."),
     "{ qr = \"https://example.org/campaign/2026/information?source=screen\"; }  // 45 pixels a "
     "side\n"
     "{ qr = \"https://example.org/c\"; }                                      // 33"},
    {SEVERITY_WARNING, WARNING_WHEN_SPELLING, N_("a `when` is spelt unusually"),
     N_("It was understood, but other readers of the opening_hours language may not; the message "
        "shows the usual spelling."),
     "when = \"Mon-Fri 8:00-17:00\";  // understood\n"
     "when = \"Mo-Fr 08:00-17:00\";   // usual"},
};

const size_t problem_row_count = sizeof problem_rows / sizeof problem_rows[0];

const struct problem_row *problem_find(enum severity severity, int number) {
    for (size_t i = 0; i < problem_row_count; i++) {
        if (problem_rows[i].severity == severity && problem_rows[i].number == number) {
            return &problem_rows[i];
        }
    }
    return NULL;
}

const struct problem_row *problem_find_code(const char *code) {
    int letter = toupper((unsigned char)code[0]);
    if ((letter != 'E' && letter != 'W') || strlen(code) != 4 ||
        strspn(code + 1, "0123456789") != 3) {
        return NULL;
    }
    return problem_find(letter == 'E' ? SEVERITY_ERROR : SEVERITY_WARNING,
                        (int)strtol(code + 1, NULL, 10));
}

char *problem_document(void) {
    struct str out = {0};
    str_add(&out, "# Problems\n\nMade from the table in `player/model/problem_table.c` by "
                  "`make docs`; do not edit.\n\n`ledsign check SITE.cfg` names each problem of a "
                  "site with its file, line and number; `ledsign help W012` shows what is below. "
                  "An error costs the item, line or key it is in; a warning costs nothing, but "
                  "probably something else is meant.\n");
    for (size_t i = 0; i < problem_row_count; i++) {
        const struct problem_row *row = &problem_rows[i];
        str_addf(&out, "\n## %c%03d: %s\n\n%s\n", row->severity == SEVERITY_ERROR ? 'E' : 'W',
                 row->number, row->title, row->explanation);
        if (row->example[0] != 0) {
            str_addf(&out, "\n```\n%s\n```\n", row->example);
        }
    }
    return str_take(&out);
}
