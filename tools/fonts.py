# ruff: noqa: INP001 (a script, run by its path)
r"""Make the fonts that PDF documents carry: subsets of OFL fonts, and what they can draw.

Run in a scratch folder, with fontTools installed:

    apt-get download fonts-inter fonts-noto-core fonts-noto-cjk \\
        fonts-sil-gentiumplus fonts-liberation2
    for package in *.deb; do dpkg -x "$package" unpacked; done
    python tools/fonts.py unpacked src/net30/documents/fonts
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

Ranges = tuple[tuple[int, int], ...]

TEXT: Ranges = (
    (0x0020, 0x007E), (0x00A0, 0x036F), (0x0370, 0x03FF), (0x0400, 0x052F), (0x1E00, 0x1EFF),
    (0x2000, 0x2027), (0x202F, 0x2065), (0x2070, 0x209F), (0x20A0, 0x20CF), (0x2100, 0x218F),
    (0x2190, 0x22FF), (0x25A0, 0x25FF), (0xA720, 0xA7FF), (0xFB00, 0xFB06), (0xFFFD, 0xFFFD),
)  # fmt: skip
SLIP: Ranges = (
    (0x0020, 0x007E),
    (0x00A0, 0x017F),
    (0x0218, 0x021B),
    (0x2010, 0x2026),
    (0x20AC, 0x20AC),
)
ARABIC: Ranges = ((0x0600, 0x06FF), (0x0750, 0x077F), (0x08A0, 0x08FF), (0xFB50, 0xFDFF),
                  (0xFE70, 0xFEFC))  # fmt: skip
SYMBOLS: Ranges = ((0x2190, 0x21FF), (0x2300, 0x23FF), (0x2460, 0x27BF), (0x2B00, 0x2BFF),
                   (0x1F300, 0x1F6FF))  # fmt: skip
WIDE: Ranges = ((0x3000, 0x30FF), (0x31F0, 0x31FF), (0x3200, 0x33FF), (0xFF01, 0xFFEE))

FEATURES = (
    "kern mark mkmk ccmp locl liga rlig init medi fina isol tnum lnum case calt "
    # what Devanagari needs to join its letters
    "akhn rphf half pres abvs blws psts haln nukt rkrf blwf pstf vatu cjct abvm blwm dist"
)
TABLES_DROPPED = "DSIG Feat Glat Gloc Silf Sill Silt vhea vmtx VORG BASE meta STAT"
NAMES_KEPT = [1, 2, 3, 4, 5, 6, 13, 14, 16, 17]


@dataclass(frozen=True)
class Source:
    """A font file in the unpacked packages, the code points to keep, and its new family name."""

    file: str
    keep: Ranges | frozenset[int]
    family: str = ""
    face: int | None = None
    features: str = FEATURES


def common_ideographs() -> frozenset[int]:
    """Return what daily Chinese, Japanese and Korean need.

    The first levels of GB 2312 (3,755 hanzi), JIS X 0208 (2,965 kanji), Big5 (5,401) and the
    2,350 syllables of KS X 1001, with kana, full-width forms and CJK punctuation.
    """
    rows = [("gb2312", 0xB0, 0xD7), ("euc_jp", 0xB0, 0xCF), ("euc_kr", 0xB0, 0xC8)]
    found = {code for codec, first, last in rows for code in _rows(codec, first, last, 0xA1)}
    found.update(_rows("big5", 0xA4, 0xC6, 0x40))
    found.update(code for first, last in WIDE for code in range(first, last + 1))
    return frozenset(found)


def _rows(codec: str, first: int, last: int, trail: int) -> Iterator[int]:
    for lead in range(first, last + 1):
        for second in range(trail, 0xFF):
            text = bytes((lead, second)).decode(codec, "ignore")
            if len(text) == 1:
                yield ord(text)


NOTO = "usr/share/fonts/truetype/noto"
INTER = "usr/share/fonts/opentype/inter"
LIBERATION = "usr/share/fonts/truetype/liberation2"
GENTIUM = "usr/share/fonts/truetype/gentiumplus"
SOURCES = (
    *(Source(f"{INTER}/Inter-{weight}.otf", TEXT) for weight in ("Regular", "SemiBold", "Bold")),
    # OFL reserves the name Gentium for the unmodified font, so the subset takes another.
    Source(f"{GENTIUM}/GentiumBookPlus-Regular.ttf", TEXT, family="Net30 Book"),
    Source(f"{GENTIUM}/GentiumBookPlus-Bold.ttf", TEXT, family="Net30 Book"),
    # The Swiss payment slip must be in Arial, Frutiger, Helvetica or Liberation Sans; here too the
    # name is reserved, the shapes are the same.
    Source(f"{LIBERATION}/LiberationSans-Regular.ttf", SLIP, family="Net30 Slip", features="kern"),
    Source(f"{LIBERATION}/LiberationSans-Bold.ttf", SLIP, family="Net30 Slip", features="kern"),
    Source(f"{NOTO}/NotoSans-Regular.ttf", TEXT),
    Source(f"{NOTO}/NotoSans-Bold.ttf", TEXT),
    Source(f"{NOTO}/NotoSansArabic-Regular.ttf", ARABIC),
    Source(f"{NOTO}/NotoSansArabic-Bold.ttf", ARABIC),
    Source(f"{NOTO}/NotoSansHebrew-Regular.ttf", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    Source(f"{NOTO}/NotoSansHebrew-Bold.ttf", ((0x0590, 0x05FF), (0xFB1D, 0xFB4F))),
    Source(f"{NOTO}/NotoSansArmenian-Regular.ttf", ((0x0530, 0x058F),)),
    Source(f"{NOTO}/NotoSansGeorgian-Regular.ttf", ((0x10A0, 0x10FF), (0x1C90, 0x1CBF))),
    Source(f"{NOTO}/NotoSansEthiopic-Regular.ttf", ((0x1200, 0x137F),)),
    Source(f"{NOTO}/NotoSansDevanagari-Regular.ttf", ((0x0900, 0x097F),)),
    Source(f"{NOTO}/NotoSansThai-Regular.ttf", ((0x0E00, 0x0E7F),)),
    Source(f"{NOTO}/NotoSansNKo-Regular.ttf", ((0x07C0, 0x07FF),)),
    Source(f"{NOTO}/NotoSansTifinagh-Regular.ttf", ((0x2D30, 0x2D7F),)),
    Source(f"{NOTO}/NotoSansSymbols2-Regular.ttf", SYMBOLS),
    Source(
        "usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", common_ideographs(), face=2,
        features="ccmp",
    ),
)  # fmt: skip
LICENCES = {
    "inter": "fonts-inter",
    "noto": "fonts-noto-core",
    "noto-cjk": "fonts-noto-cjk",
    "gentium": "fonts-sil-gentiumplus",
    "liberation": "fonts-liberation2",
}


def main(unpacked: Path, out: Path) -> None:
    """Write the subsets, their licences and coverage.json."""
    coverage: dict[str, list[int]] = {}
    for source in SOURCES:
        font = _open(unpacked, source)
        _shrink(font, source)
        if source.family:
            _rename(font, source.family)
        name = source.file.rsplit("/", 1)[-1].replace("GentiumBookPlus", "Net30Book")
        name = name.replace("LiberationSans", "Net30Slip")
        target = out / name.replace(".ttc", ".otf").replace("CJK-", "CJKsc-")
        font.save(target, reorderTables=True)
        family = str(font["name"].getBestFamilyName())
        # A family draws a character when each of its weights can.
        drawn = set(font.getBestCmap())
        coverage[family] = sorted(set(coverage.get(family, drawn)) & drawn)
        sys.stdout.write(f"{target.name} {target.stat().st_size // 1024} kB {family}\n")
    (out / "coverage.json").write_text(
        json.dumps({name: _ranges(drawn) for name, drawn in coverage.items()}, indent=1) + "\n"
    )
    for name, package in LICENCES.items():
        shutil.copy(unpacked / f"usr/share/doc/{package}/copyright", out / f"OFL-{name}.txt")


def _open(unpacked: Path, source: Source) -> TTFont:
    path = unpacked / source.file
    if source.face is None:
        return TTFont(path, recalcTimestamp=False)
    return TTCollection(path, recalcTimestamp=False).fonts[source.face]


def _shrink(font: TTFont, source: Source) -> None:
    options = subset.Options(
        hinting=False,
        notdef_outline=True,
        layout_features=source.features.split(),
        name_IDs=NAMES_KEPT,
        drop_tables=TABLES_DROPPED.split(),
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=_points(source.keep))
    subsetter.subset(font)


def _points(keep: Ranges | frozenset[int]) -> Iterable[int]:
    if isinstance(keep, frozenset):
        return keep
    return [code for first, last in keep for code in range(first, last + 1)]


def _rename(font: TTFont, family: str) -> None:
    table = font["name"]
    style = table.getBestSubFamilyName()
    names = {1: family, 3: f"{family} {style}", 4: f"{family} {style}",
             6: f"{family.replace(' ', '')}-{style}", 16: family}  # fmt: skip
    for record in list(table.names):
        if record.nameID in names:
            record.string = names[record.nameID]


def _ranges(points: list[int]) -> str:
    found: list[list[int]] = []
    for point in points:
        if found and point == found[-1][1] + 1:
            found[-1][1] = point
        else:
            found.append([point, point])
    return " ".join(f"{a:X}" if a == b else f"{a:X}-{b:X}" for a, b in found)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
