"""The infographics, the logo and the cover: pictures(folder) writes them as PNG files.

The wide ones are laid out for an LED screen of 960 x 400 pixels, on a grid of 40: one picture, one
title, at most two lines of text.
"""
import math

from draw import (BLUE, CORAL, NAVY, PALE, TEAL, WHITE, YELLOW, bottle, box, bust, crowd, disc, distance, hands, icon,
                  ink, mask, page, phone, pills, shield, star, syringe, text)


def tip(path, figure, ground, title, body, paper=PALE, letters=NAVY, accent=CORAL):
    surface, cr = page(960, 400, paper)
    if ground:
        cr.rectangle(0, 0, 320, 400)
        ink(cr, ground)
        cr.fill()
        disc(cr, 160, 200, 136, WHITE, 0.16)
    icon(cr, figure, 160, 200, 220)
    box(cr, 360, 48, 96, 12, 6, accent)
    high = text(cr, 360, 62, title, 66, letters, width=580, spacing=0.86)
    text(cr, 360, 62 + high + 14, body, 42, letters, width=570, bold=False, spacing=0.92)
    surface.write_to_png(path)


def five_k(path):
    surface, cr = page(960, 400, BLUE)
    text(cr, 40, 14, "Thông điệp 5K", 62, YELLOW)
    text(cr, 920, 34, "Chung sống an toàn", 38, WHITE, align="right")
    columns = ((mask, "Khẩu\ntrang"), (bottle, "Khử\nkhuẩn"), (distance, "Khoảng\ncách"), (crowd, "Không\ntụ tập"),
               (phone, "Khai báo\ny tế"))
    for i, (figure, label) in enumerate(columns):
        x = 40 + i * 178
        box(cr, x, 112, 168, 264, 20, "#2A7FA8")
        icon(cr, figure, x + 84, 190, 124)
        text(cr, x, 318, label, 33, WHITE, width=168, align="center", spacing=0.82, middle=True)
    surface.write_to_png(path)


def hand_washing(path):
    surface, cr = page(960, 2400, PALE)
    cr.rectangle(0, 0, 960, 560)
    ink(cr, TEAL)
    cr.fill()
    icon(cr, hands, 480, 170, 260)
    text(cr, 0, 310, "6 bước rửa tay", 104, WHITE, width=960, align="center")
    text(cr, 0, 448, "ít nhất 30 giây", 64, YELLOW, width=960, align="center")
    steps = ("Làm ướt tay, lấy xà phòng, chà hai lòng bàn tay", "Chà lòng bàn tay này lên mu bàn tay kia",
             "Chà hai lòng bàn tay, miết các kẽ ngón tay", "Chà mặt ngoài ngón tay vào lòng bàn tay",
             "Xoay ngón cái trong lòng bàn tay kia", "Xoay đầu ngón tay trong lòng bàn tay, rửa sạch, lau khô")
    for i, step in enumerate(steps):
        y = 600 + i * 256
        box(cr, 40, y, 880, 232, 28, WHITE)
        disc(cr, 148, y + 116, 76, (CORAL, BLUE)[i % 2])
        text(cr, 148, y + 114, str(i + 1), 104, WHITE, align="center", middle=True)
        text(cr, 256, y + 114, step, 54, NAVY, width=640, spacing=0.9, middle=True)
    cr.rectangle(0, 2160, 960, 240)
    ink(cr, NAVY)
    cr.fill()
    text(cr, 40, 2278, "Tay sạch – bệnh tật lùi xa\nBảo vệ mình, bảo vệ mọi người", 56, YELLOW, width=880, align="center", middle=True)
    surface.write_to_png(path)


def community(path):
    surface, cr = page(1920, 1080, TEAL)
    for i in range(24):                                   # rays of a rising sun
        cr.move_to(960, 1080)
        cr.arc(960, 1080, 2000, math.radians(180 + i * 7.5), math.radians(180 + i * 7.5 + 3.75))
        cr.close_path()
        ink(cr, WHITE, 0.10)
        cr.fill()
    disc(cr, 960, 1080, 560, YELLOW)
    # The row behind, then the row in front; what is below y = 940 may be cut off on a wide screen.
    for x, color, style in ((325, BLUE, "bun"), (735, WHITE, "cap"), (1185, CORAL, "bob"), (1595, BLUE, "cap")):
        bust(cr, x, 772, 1.0, color, style)
    for x, color, style in ((530, CORAL, "cap"), (960, BLUE, "bun"), (1390, WHITE, "bob")):
        bust(cr, x, 830, 1.3, color, style)
    cr.rectangle(0, 980, 1920, 100)
    ink(cr, NAVY)
    cr.fill()
    text(cr, 0, 200, "Mỗi người dân là một chiến sĩ", 118, WHITE, width=1920, align="center")
    text(cr, 0, 350, "Nâng cao ý thức vì cộng đồng", 96, NAVY, width=1920, align="center")
    surface.write_to_png(path)


def logo(path):
    surface, cr = page(960, 400)
    icon(cr, shield, 170, 200, 290)
    text(cr, 350, 122, "Vì một Việt Nam", 68, WHITE, middle=True)
    text(cr, 350, 212, "vững vàng", 72, YELLOW, middle=True)
    text(cr, 350, 298, "và khỏe mạnh", 72, YELLOW, middle=True)
    surface.write_to_png(path)


def cover(path):
    surface, cr = page(1080, 1080, NAVY)
    for i in range(7):
        disc(cr, 540, 400, 560 - 60 * i, BLUE, 0.22)
    icon(cr, shield, 540, 380, 480)
    for x, y, r in ((170, 210, 34), (910, 210, 34), (120, 470, 24), (960, 470, 24)):
        star(cr, x, y, r, YELLOW)
    text(cr, 0, 690, "Vì một Việt Nam", 100, WHITE, width=1080, align="center")
    text(cr, 0, 820, "vững vàng và khỏe mạnh", 76, YELLOW, width=1080, align="center")
    text(cr, 0, 950, "Bài hát của chiến dịch", 48, WHITE, width=1080, align="center", bold=False)
    surface.write_to_png(path)


def pictures(folder):
    tip(f"{folder}/mask.png", mask, BLUE, "Đeo khẩu trang\nđúng cách", "Che kín cả mũi và miệng\nở nơi công cộng")
    tip(f"{folder}/disinfect.png", bottle, CORAL, "Khử khuẩn\nthường xuyên", "Rửa tay và lau sạch\ncác bề mặt hay chạm vào",
        accent=TEAL)
    tip(f"{folder}/vaccine-large.png", syringe, BLUE, "Tiêm vắc xin\nđầy đủ, đúng lịch", "Lá chắn cho bạn và gia đình")
    tip(f"{folder}/medicine.png", pills, TEAL, "Dùng thuốc\ntheo chỉ dẫn", "Không tự ý mua và sử dụng thuốc điều trị")
    tip(f"{folder}/technology.png", phone, None, "Công nghệ\nhỗ trợ chống dịch", "Cài ứng dụng, quét mã QR, khai báo y tế",
        paper=None, letters=WHITE, accent=YELLOW)
    five_k(f"{folder}/5k.png")
    hand_washing(f"{folder}/tall-handwash.png")
    community(f"{folder}/community-large.png")
    logo(f"{folder}/logo.png")
    cover(f"{folder}/cover.png")
