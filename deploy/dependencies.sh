#!/bin/sh
# Installs the Debian packages that are missing for building, testing or linting ledsign.
# usage: deploy/dependencies.sh build|test|lint
# Says what it installs; uses sudo only when something is missing and the user is not root.
set -eu

build="gcc make pkg-config gettext libc6-dev libsdl2-dev libsdl2-ttf-dev libavformat-dev libavcodec-dev libavutil-dev
       libswresample-dev libswscale-dev libyuv-dev libconfig-dev libqrencode-dev libcjson-dev
       libutf8proc-dev libfontconfig-dev fonts-noto-core tzdata"
test="$build libcmocka-dev xvfb xauth ffmpeg libasan8 libubsan1 libtsan2 fonts-dejavu-core"
lint="$build clang clang-tidy clang-format cppcheck libclang-rt-14-dev"

case "${1:-}" in
build) wanted=$build ;;
test) wanted=$test ;;
lint) wanted=$lint ;;
*)
    echo "usage: $0 build|test|lint" >&2
    exit 2
    ;;
esac

missing=
for package in $wanted; do
    if ! dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
        missing="$missing $package"
    fi
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    if ! command -v sudo >/dev/null; then
        echo "packages are missing, and there is no sudo; as root, run: apt-get install$missing" >&2
        exit 1
    fi
fi
echo "installing:$missing"
$as_root apt-get update -q >/dev/null || echo "the package lists could not be refreshed; trying with the old ones" >&2
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
