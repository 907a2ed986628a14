"""The dance video: 64 beats of 15 pictures, drawn and piped into ffmpeg. usage: dance.py SONG.wav OUT.mp4

Each of eight scenes is eight beats long and has a move, a caption and a place. The sound is verse and
chorus of the song, so the last picture joins the first. `dance.py --frame N OUT.png` draws one picture.
"""
import math
import subprocess
import sys

import cairo

import song
from draw import (BLUE, CORAL, NAVY, SKIN, TEAL, WHITE, YELLOW, box, disc, head, icon, ink, line, neck_and_hair, page, phone,
                  shape, star, syringe, text)

WIDTH, HEIGHT, FPS, BEAT_FRAMES, BEATS = 1920, 1080, 30, 15, 64
FRAMES = BEATS * BEAT_FRAMES

# A pose: left hand, right hand (as seen), lean, left foot, right foot; units of the dancer's body.
# The shoulders are at (-58, -250) and (58, -250), the hips at y = -110, the floor at y = 40 + 60.


def pose(left, right, lean=0, foot_left=(-52, 100), foot_right=(52, 100)):
    return (*left, *right, lean, *foot_left, *foot_right)


MOVES = {
    "wash": [pose((-26, -190), (18, -204), -10), pose((-10, -222), (32, -180), 10)],
    "backs": [pose((-60, -215), (-20, -232), -16, (-90, 100)), pose((20, -232), (60, -215), 16, (-52, 100), (90, 100))],
    "mask": [pose((-44, -318), (44, -318), -6), pose((-150, -300), (150, -300), 6, (-80, 100), (80, 100))],
    "apart": [pose((-200, -250), (200, -250), -14, (-100, 100), (52, 100)), pose((-36, -200), (36, -200), 0),
              pose((-200, -250), (200, -250), 14, (-52, 100), (100, 100)), pose((-36, -200), (36, -200), 0)],
    "arm": [pose((40, -210), (130, -150), -10, (-80, 100)), pose((-130, -150), (-40, -210), 10, (-52, 100), (80, 100))],
    "wipe": [pose((-70, -170), (-170, -330), -14, (-90, 100)), pose((170, -330), (70, -170), 14, (-52, 100), (90, 100))],
    "phone": [pose((-60, -130), (120, -330), 8, (-70, 100), (70, 100)), pose((-60, -150), (40, -250), -6)],
    "cheer": [pose((-150, -390), (150, -390), -8, (-96, 100), (96, 100)), pose((-90, -150), (90, -150), 8),
              pose((-110, -420), (190, -340), 12, (-60, 40), (80, 100)), pose((-190, -340), (110, -420), -12, (-80, 100), (60, 40))],
}
SCENES = [("wash", "square", "Rửa tay cùng xà phòng"), ("backs", "square", "Chà kỹ từng kẽ ngón tay"),
          ("mask", "hospital", "Đeo khẩu trang đúng cách"), ("apart", "hospital", "Giữ khoảng cách an toàn"),
          ("arm", "fields", "Tiêm vắc xin đầy đủ"), ("wipe", "fields", "Khử khuẩn mọi bề mặt"),
          ("phone", "stage", "Quét mã, khai báo y tế"), ("cheer", "stage", "Việt Nam vững vàng, khỏe mạnh!")]
DANCERS = [(380, 0.94, TEAL, "bob"), (960, 1.16, CORAL, "bun"), (1540, 0.94, YELLOW, "cap")]


# ---- places ---------------------------------------------------------------------------------------


def skyline(cr, color, base, heights, step):
    for i, high in enumerate(heights):
        cr.rectangle(i * step, base - high, step - 14, high)
    ink(cr, color)
    cr.fill()


def square(cr):
    disc(cr, 1500, 250, 130, YELLOW)
    skyline(cr, "#9AD3E6", 760, (240, 380, 300, 470, 260, 340, 520, 290, 420, 330, 460, 250), 164)
    skyline(cr, "#6DB7D1", 760, (140, 210, 120, 260, 180, 90, 150, 230, 120, 200), 196)
    for x in (70, 660, 1250, 1840):
        box(cr, x - 9, 640, 18, 130, 6, "#7A5230")
        disc(cr, x, 620, 74, TEAL)
    cr.rectangle(0, 760, WIDTH, 320)
    ink(cr, "#F4DFA8")
    cr.fill()


def hospital(cr):
    box(cr, 240, 150, 1440, 700, 30, WHITE)
    for row in range(3):
        for column in range(8):
            if column not in (3, 4):
                box(cr, 310 + column * 166, 230 + row * 150, 110, 92, 8, "#A9DCEB")
    box(cr, 830, 200, 260, 260, 40, CORAL)
    box(cr, 930, 240, 60, 180, 6, WHITE)
    box(cr, 870, 300, 180, 60, 6, WHITE)
    cr.rectangle(0, 760, WIDTH, 320)
    ink(cr, "#8CCB9B")
    cr.fill()


def fields(cr):
    disc(cr, 420, 300, 120, YELLOW)
    shape(cr, [(0, 760), (0, 560), (280, 330), (560, 600), (860, 260), (1180, 610), (1480, 350), (1920, 640), (1920, 760)], "#5FA8A0")
    for i, color in enumerate(("#79BE6B", "#97CF6E", "#B6DC76", "#79BE6B", "#97CF6E")):
        cr.new_path()
        cr.move_to(0, HEIGHT)
        cr.line_to(0, 640 + i * 62)
        cr.curve_to(500, 560 + i * 70, 1200, 740 + i * 50, WIDTH, 620 + i * 66)
        cr.line_to(WIDTH, HEIGHT)
        ink(cr, color)
        cr.fill()


def stage(cr):
    for i in range(5):
        shape(cr, [(i * 480 - 20, 0), (i * 480 + 20, 0), (i * 480 + 260, 800), (i * 480 - 260, 800)], "#0B5E8C")
    for x, y, r in ((180, 160, 40), (560, 260, 26), (960, 130, 54), (1360, 260, 26), (1740, 160, 40)):
        star(cr, x, y, r, YELLOW)
    cr.rectangle(0, 760, WIDTH, 320)
    ink(cr, "#0F8B80")
    cr.fill()


PLACES = {"square": ("#CDEBF5", square), "hospital": ("#CDEBF5", hospital), "fields": ("#D8F0F2", fields), "stage": (BLUE, stage)}


def scenery(name):
    color, draw = PLACES[name]
    surface, cr = page(WIDTH, HEIGHT, color)
    draw(cr)
    return surface


def caption(words):
    surface, cr = page(WIDTH, 176)
    box(cr, 160, 0, 1600, 160, 40, NAVY)
    text(cr, 160, 62, words, 88, WHITE, width=1600, align="center", middle=True)
    return surface


# ---- dancers --------------------------------------------------------------------------------------


def joint(a, b, first, second, side):
    """Where the elbow or knee is: two bones of given lengths from a to b, bent to one side."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    reach = max(1.0, math.hypot(dx, dy))
    length = min(reach, (first + second) * 0.999)
    along = (first ** 2 - second ** 2 + length ** 2) / (2 * length)
    off = math.sqrt(max(0.0, first ** 2 - along ** 2)) * side
    ux, uy = dx / reach, dy / reach
    end = (a[0] + ux * length, a[1] + uy * length)
    return (a[0] + ux * along - uy * off, a[1] + uy * along + ux * off), end


def pose_at(move, beat):
    poses = MOVES[move]
    number = int(beat)
    rise = min(1.0, (beat - number) / 0.7)                # the hit is reached early and held
    rise = rise * rise * (3 - 2 * rise)
    a, b = poses[(number - 1) % len(poses)], poses[number % len(poses)]
    return [p + (q - p) * rise for p, q in zip(a, b)]


def dancer(cr, x, size, color, style, move, beat):
    lx, ly, rx, ry, lean, flx, fly, frx, fry = pose_at(move, beat)
    bounce = 14 * abs(math.sin(math.pi * beat)) - 4
    cr.save()
    cr.translate(x, 780)
    cr.scale(size, size)
    cr.save()
    cr.translate(0, 104)
    cr.scale(1, 0.14)
    disc(cr, 0, 0, 150, NAVY, 0.20)
    cr.restore()
    hip = (lean * 0.6, -112 - bounce)
    for foot, side, away in (((flx, fly), -1, 1), ((frx, fry), 1, -1)):
        top = (hip[0] + side * 30, hip[1])
        knee, end = joint(top, foot, 110, 112, away)
        line(cr, [top, knee, end], 46, NAVY)
        line(cr, [(end[0] - 4, end[1] + 6), (end[0] + side * 30, end[1] + 6)], 32, WHITE)
    cr.translate(lean, -bounce)
    box(cr, -70, -282, 140, 190, 44, color)
    neck_and_hair(cr, style)
    cr.save()
    cr.translate(0, -330)
    cr.rotate(math.radians(lean * 0.5))
    cr.translate(0, 330)
    head(cr, style, 2 if (beat * BEAT_FRAMES) % 52 < 4 else 8)
    cr.restore()
    for hand, side in (((lx - lean, ly), -1), ((rx - lean, ry), 1)):
        shoulder = (side * 58, -256)
        elbow, end = joint(shoulder, hand, 104, 100, 1 if side < 0 else -1)
        if hand[1] < -300:
            elbow, end = joint(shoulder, hand, 104, 100, -1 if side < 0 else 1)
        line(cr, [shoulder, elbow], 42, color)
        line(cr, [elbow, end], 34, SKIN)
        disc(cr, end[0], end[1], 25, SKIN)
        cr.new_path()
        cr.arc(end[0], end[1], 25, 0, 2 * math.pi)
        cr.set_line_width(4)
        ink(cr, "#D9976B")
        cr.stroke()
        if move == "phone" and side > 0:
            icon(cr, phone, end[0] + 6, end[1] - 40, 110)
        if move == "arm" and (side > 0) == (int(beat) % 2 == 1):
            icon(cr, syringe, end[0], end[1] - 10, 110)
        if move == "wipe" and (side > 0) == (int(beat) % 2 == 0):
            box(cr, end[0] - 40, end[1] - 44, 80, 56, 12, "#7FD1E6")
    cr.restore()


def bubbles(cr, beat, move):
    """Soap for washing, stars for cheering: they rise and come round after eight beats."""
    for i in range(26):
        rise = (beat / 8 + i * 0.381966) % 1
        x = 60 + (i * 733) % 1800 + 30 * math.sin(2 * math.pi * (rise + i / 7))
        y = 820 - 860 * rise
        if move == "cheer":
            star(cr, x, 840 - y - 40, 16 + i % 3 * 8, (YELLOW, WHITE, CORAL)[i % 3])
        else:
            disc(cr, x, y, 12 + i % 4 * 9, WHITE, 0.75)


def picture(cr, frame, places, captions):
    beat = frame / BEAT_FRAMES
    number = int(beat // 8)
    move, place, words = SCENES[number]
    cr.set_source_surface(places[place], 0, 0)
    cr.paint()
    inside = frame - number * 8 * BEAT_FRAMES
    before = SCENES[number - 1][1]
    if before != place and inside < 12:                   # a new place comes in as a growing circle
        cr.set_source_surface(places[before], 0, 0)
        cr.paint()
        cr.save()
        cr.arc(960, 640, 60 + 1200 * (inside / 11) ** 1.6, 0, 2 * math.pi)
        cr.clip()
        cr.set_source_surface(places[place], 0, 0)
        cr.paint()
        cr.restore()
    if move in ("wash", "backs", "wipe", "cheer"):
        bubbles(cr, beat % 8, move)
    for x, size, color, style in DANCERS:
        dancer(cr, x, size, color, style, move, beat)
    shift = 200 * max(0, 1 - inside / 8) ** 2
    cr.set_source_surface(captions[words], 0, 912 + shift - 8)
    cr.paint()
    step = int(beat) % 8                                  # eight dots count the beats
    for i in range(8):
        disc(cr, 960 + (i - 3.5) * 44, 1052 + shift - 6, 8, YELLOW if i <= step else "#3F6E86")


def main(arguments):
    places = {name: scenery(name) for name in PLACES}
    captions = {scene[2]: caption(scene[2]) for scene in SCENES}
    surface, cr = page(WIDTH, HEIGHT)
    if arguments[0] == "--frame":
        picture(cr, int(arguments[1]), places, captions)
        surface.write_to_png(arguments[2])
        return
    sound, out = arguments
    start = song.VERSE_AT * song.BAR / song.RATE
    encoder = subprocess.Popen(
        ["ffmpeg", "-v", "error", "-y", "-fflags", "+bitexact", "-f", "rawvideo", "-pix_fmt", "bgra", "-s", f"{WIDTH}x{HEIGHT}",
         "-r", str(FPS), "-i", "-", "-ss", str(start), "-t", str(FRAMES / FPS), "-i", sound,
         "-vf", "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "libx264", "-profile:v", "high",
         "-level", "4.0", "-preset", "fast", "-crf", "21", "-maxrate", "6M", "-bufsize", "6M", "-g", "60",
         "-keyint_min", "15", "-bf", "2", "-refs", "2", "-flags", "+cgop+bitexact", "-color_primaries", "bt709",
         "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv", "-threads", "2", "-c:a", "aac",
         "-b:a", "128k", "-ar", "48000", "-flags:a", "+bitexact", "-movflags", "+faststart", out], stdin=subprocess.PIPE)
    for frame in range(FRAMES):
        picture(cr, frame, places, captions)
        surface.flush()
        encoder.stdin.write(surface.get_data())
    encoder.stdin.close()
    if encoder.wait() != 0:
        sys.exit("ffmpeg could not write " + out)


if __name__ == "__main__":
    main(sys.argv[1:])
