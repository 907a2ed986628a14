"""Shapes, type and icons shared by the pictures and the video. Colours are of one palette."""
import math

import cairo
import gi

gi.require_version("Pango", "1.0")
gi.require_version("PangoCairo", "1.0")
from gi.repository import Pango, PangoCairo  # noqa: E402

NAVY, BLUE, TEAL, YELLOW = "#06283D", "#00507A", "#0F9B8E", "#FFC933"
CORAL, WHITE, PALE, SKIN = "#F2553D", "#FFFFFF", "#EAF6FB", "#F3C29B"


def ink(cr, color, alpha=1.0):
    r, g, b = (int(color[i:i + 2], 16) / 255 for i in (1, 3, 5))
    cr.set_source_rgba(r, g, b, alpha)


def page(width, height, color=None):
    surface = cairo.ImageSurface(cairo.FORMAT_ARGB32, width, height)
    cr = cairo.Context(surface)
    if color:
        ink(cr, color)
        cr.paint()
    return surface, cr


def box(cr, x, y, w, h, radius, color):
    cr.new_path()
    for cx, cy, start in ((x + w - radius, y + radius, -90), (x + w - radius, y + h - radius, 0),
                          (x + radius, y + h - radius, 90), (x + radius, y + radius, 180)):
        cr.arc(cx, cy, radius, math.radians(start), math.radians(start + 90))
    cr.close_path()
    ink(cr, color)
    cr.fill()


def disc(cr, x, y, radius, color, alpha=1.0):
    cr.new_path()
    cr.arc(x, y, radius, 0, 2 * math.pi)
    ink(cr, color, alpha)
    cr.fill()


def line(cr, points, width, color):
    cr.new_path()
    for x, y in points:
        cr.line_to(x, y)
    cr.set_line_width(width)
    cr.set_line_cap(cairo.LINE_CAP_ROUND)
    cr.set_line_join(cairo.LINE_JOIN_ROUND)
    ink(cr, color)
    cr.stroke()


def shape(cr, points, color):
    cr.new_path()
    for x, y in points:
        cr.line_to(x, y)
    cr.close_path()
    ink(cr, color)
    cr.fill()


def text(cr, x, y, words, size, color, width=None, align="left", bold=True, spacing=0.98, middle=False):
    """Sets words at x, y (top, or middle of the block); returns the height of the block."""
    layout = PangoCairo.create_layout(cr)
    font = Pango.FontDescription("Noto Sans")
    font.set_weight(Pango.Weight.BOLD if bold else Pango.Weight.MEDIUM)
    font.set_absolute_size(size * Pango.SCALE)
    layout.set_font_description(font)
    layout.set_text(words, -1)
    layout.set_line_spacing(spacing)
    if width:
        layout.set_width(int(width * Pango.SCALE))
        layout.set_wrap(Pango.WrapMode.WORD)
    layout.set_alignment({"left": Pango.Alignment.LEFT, "center": Pango.Alignment.CENTER,
                          "right": Pango.Alignment.RIGHT}[align])
    wide, high = layout.get_pixel_size()
    if not width:
        x -= wide * {"left": 0, "center": 0.5, "right": 1}[align]
    cr.move_to(x, y - high / 2 if middle else y)
    ink(cr, color)
    PangoCairo.show_layout(cr, layout)
    return high


# ---- people with masks: the head's middle is at (0, -372), the shoulders at y = -280 ---------------

HAIR = "#2B1B17"


def neck_and_hair(cr, style):
    """What is behind a head."""
    box(cr, -22, -316, 44, 50, 16, "#DFA679")
    if style == "bob":
        box(cr, -74, -440, 148, 128, 60, HAIR)
    if style == "bun":
        disc(cr, 0, -452, 32, HAIR)


def head(cr, style, open_eyes=8):
    disc(cr, 0, -372, 66, SKIN)
    cr.save()
    cr.arc(0, -372, 66, 0, 2 * math.pi)
    cr.clip()
    shape(cr, [(-80, -450), (80, -450), (80, -392), (20, -402), (-80, -384)], HAIR)
    cr.restore()
    if style == "cap":
        box(cr, -68, -446, 136, 54, 26, BLUE)
        box(cr, -82, -404, 164, 16, 8, NAVY)
    for side in (-1, 1):
        box(cr, side * 24 - 7, -380 - open_eyes / 2, 14, 2 * open_eyes, min(7, open_eyes), HAIR)
        line(cr, [(side * 63, -372), (side * 40, -352)], 5, WHITE)
    box(cr, -44, -360, 88, 50, 20, WHITE)
    for y in (-342, -328):
        line(cr, [(-24, y), (24, y)], 4, "#9CC9DC")


def bust(cr, x, y, size, color, style):
    """A person down to the chest, whose shoulders are at x, y."""
    cr.save()
    cr.translate(x, y + 280 * size)
    cr.scale(size, size)
    box(cr, -98, -286, 196, 400, 70, color)
    neck_and_hair(cr, style)
    head(cr, style)
    cr.restore()


# ---- icons: each is drawn in a square of -100..100 around the origin -----------------------------

def mask(cr):
    disc(cr, 0, 0, 84, SKIN)
    cr.save()
    cr.arc(0, 0, 84, 0, 2 * math.pi)
    cr.clip()
    shape(cr, [(-100, -100), (100, -100), (100, -38), (30, -52), (-100, -30)], NAVY)
    cr.restore()
    disc(cr, -30, -10, 9, NAVY)
    disc(cr, 30, -10, 9, NAVY)
    line(cr, [(-82, -4), (-52, 18)], 7, WHITE)
    line(cr, [(82, -4), (52, 18)], 7, WHITE)
    box(cr, -56, 12, 112, 66, 22, WHITE)
    for y in (32, 48, 64):
        line(cr, [(-34, y), (34, y)], 4, "#9CC9DC")


def bottle(cr):
    box(cr, -46, -20, 92, 112, 18, WHITE)
    box(cr, -18, -50, 36, 34, 4, NAVY)
    line(cr, [(0, -48), (0, -76), (-46, -76), (-46, -62)], 16, NAVY)
    box(cr, -46, 14, 92, 46, 2, TEAL)
    box(cr, -8, 18, 16, 38, 3, WHITE)
    box(cr, -19, 29, 38, 16, 3, WHITE)
    for x, y, r in ((-62, -30, 9), (-80, 4, 12), (-66, 42, 7), (70, -40, 10), (76, 20, 8)):
        disc(cr, x, y, r, WHITE, 0.9)


def syringe(cr):
    cr.save()
    cr.rotate(math.radians(45))
    box(cr, -26, -52, 52, 104, 8, WHITE)
    box(cr, -20, -10, 40, 56, 4, TEAL)
    for y in (-34, -16, 2, 20):
        line(cr, [(6, y), (22, y)], 5, NAVY)
    line(cr, [(0, 56), (0, 66)], 18, NAVY)
    line(cr, [(0, 66), (0, 106)], 6, WHITE)
    line(cr, [(0, -56), (0, -92)], 12, NAVY)
    line(cr, [(-24, -94), (24, -94)], 14, NAVY)
    line(cr, [(-38, -54), (38, -54)], 12, NAVY)
    cr.restore()


def pills(cr):
    cr.save()
    cr.translate(-14, -8)
    cr.rotate(math.radians(-40))
    box(cr, -80, -33, 160, 66, 33, WHITE)
    cr.rectangle(-100, -60, 100, 120)
    cr.clip()
    box(cr, -80, -33, 160, 66, 33, CORAL)
    cr.restore()
    disc(cr, 52, 56, 36, YELLOW)
    line(cr, [(32, 70), (72, 42)], 6, NAVY)


def phone(cr):
    box(cr, -52, -94, 104, 188, 18, NAVY)
    box(cr, -42, -74, 84, 140, 4, WHITE)
    disc(cr, 0, 80, 8, WHITE)
    for x, y in ((-32, -62), (8, -62), (-32, -22)):
        box(cr, x, y, 26, 26, 2, NAVY)
        box(cr, x + 8, y + 8, 10, 10, 1, WHITE)
    for x, y in ((8, -22), (22, -8), (8, 2)):
        box(cr, x, y, 10, 10, 1, NAVY)
    box(cr, -32, 26, 66, 26, 6, TEAL)
    line(cr, [(-10, 39), (-2, 46), (12, 32)], 6, WHITE)


def distance(cr):
    for x, color in ((-70, YELLOW), (70, CORAL)):
        disc(cr, x, -52, 24, SKIN)
        box(cr, x - 28, -22, 56, 74, 22, color)
    line(cr, [(-60, 78), (60, 78)], 9, WHITE)
    for side in (-1, 1):
        line(cr, [(side * 42, 62), (side * 62, 78), (side * 42, 94)], 9, WHITE)
    text(cr, 0, 6, "2 m", 32, WHITE, align="center", middle=True)


def crowd(cr):
    for x, y, color in ((-48, -8, TEAL), (48, -8, YELLOW), (0, 20, WHITE)):
        disc(cr, x, y - 38, 24, SKIN)
        box(cr, x - 30, y - 10, 60, 60, 24, color)
    cr.new_path()
    cr.arc(0, 0, 88, 0, 2 * math.pi)
    cr.set_line_width(15)
    ink(cr, CORAL)
    cr.stroke()
    line(cr, [(-60, -60), (60, 60)], 15, CORAL)


def hands(cr):
    for side in (-1, 1):
        cr.save()
        cr.scale(side, 1)
        cr.rotate(math.radians(-18))
        box(cr, -6, -70, 62, 128, 26, SKIN)
        line(cr, [(14, -66), (14, -10)], 4, "#D9976B")
        line(cr, [(34, -66), (34, -10)], 4, "#D9976B")
        box(cr, -6, 54, 62, 40, 8, WHITE)
        cr.restore()
    for x, y, r in ((-70, -60, 15), (66, -74, 12), (84, -26, 18), (-86, -8, 11), (0, -86, 13)):
        disc(cr, x, y, r, WHITE, 0.92)


def shield(cr):
    cr.new_path()
    cr.move_to(0, -92)
    cr.curve_to(30, -72, 56, -66, 80, -66)
    cr.curve_to(84, 10, 60, 62, 0, 94)
    cr.curve_to(-60, 62, -84, 10, -80, -66)
    cr.curve_to(-56, -66, -30, -72, 0, -92)
    cr.close_path()
    ink(cr, TEAL)
    cr.fill_preserve()
    cr.set_line_width(10)
    cr.set_line_join(cairo.LINE_JOIN_ROUND)
    ink(cr, WHITE)
    cr.stroke()
    star(cr, 0, -4, 50, YELLOW)


def star(cr, x, y, radius, color):
    points = []
    for i in range(10):
        r = radius if i % 2 == 0 else radius * 0.40
        a = math.radians(-90 + 36 * i)
        points.append((x + r * math.cos(a), y + r * math.sin(a)))
    shape(cr, points, color)


def icon(cr, figure, x, y, size):
    cr.save()
    cr.translate(x, y)
    cr.scale(size / 200, size / 200)
    figure(cr)
    cr.restore()
