"""English by festival's British, Czech, Finnish and Italian diphone voices: nine natural speakers.

festival's English analysis (of the voice `kal`) says which phones are spoken, for how long and at
which pitch; each phone becomes the nearest ones that the voice was recorded in. What comes out is
English with an accent, by people whom no other English voice of Debian resembles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_VOICES = Path("/usr/share/festival/voices")
_ENGLISH_PITCH = 105.0
"""Mean pitch of `kal` (Hz)."""

Phones: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Voice:
    """A festival voice: the function that chooses it, its diphones, its mean pitch (Hz)."""

    function: str
    language: str
    group: str
    pitch: float


VOICES = {
    "dita": Voice("voice_czech_dita", "czech", "czech/czech_dita/group/dita.group", 190),
    "krb": Voice("voice_czech_krb", "czech", "czech/czech_krb/group/krb.group", 230),
    "machac": Voice("voice_czech_machac", "czech", "czech/czech_machac/group/machac.group", 110),
    "ph": Voice("voice_czech_ph", "czech", "czech/czech_ph/group/ph.group", 110),
    "lj": Voice(
        "voice_suo_fi_lj_diphone", "finnish", "finnish/suo_fi_lj_diphone/group/ljlpc.group", 185
    ),
    "mv": Voice(
        "voice_hy_fi_mv_diphone", "finnish", "finnish/hy_fi_mv_diphone/group/mvlpc.group", 105
    ),
    "lp": Voice("voice_lp_diphone", "italian", "italian/lp_diphone/group/lp_diphone.group", 185),
    "pc": Voice("voice_pc_diphone", "italian", "italian/pc_diphone/group/pc_diphone.group", 110),
    "rab": Voice("voice_rab_diphone", "british", "english/rab_diphone/group/rablpc16k.group", 105),
}


def _table(text: str) -> dict[str, tuple[Phones, ...]]:
    """Lines "phone = choice, choice"; a choice is phones between spaces, or "-" for none."""
    table = {}
    for line in text.strip().splitlines():
        phone, choices = line.split(" = ")
        split = (tuple(choice.split()) for choice in choices.split(", "))
        table[phone.strip()] = tuple(() if choice == ("-",) else choice for choice in split)
    return table


_PAUSE = "#"
_NEAREST = {
    "czech": _table("""
        aa = a:, a
        ae = e, a
        ah = a
        ao = o:, o
        aw = a u
        ax = e, a
        axr = e r
        ay = a j
        b = b, p
        ch = c~
        d = d, t
        dh = d, t, z
        dx = d, t
        eh = e
        el = e l
        em = e m
        en = e n
        er = e r, e: r
        ey = e j, e:
        f = f, v
        g = g, k
        hh = h, ch
        hv = h, ch
        ih = i, i:
        iy = i:, i
        jh = dz~, c~
        k = k, g
        l = l
        m = m
        n = n
        ng = n*, n k, n g, n
        nx = n
        ow = o u
        oy = o j
        p = p, b
        r = r
        s = s, z
        sh = s~, z~
        t = t, d
        th = s, t, f
        uh = u, u:
        uw = u:, u
        v = v, f
        w = v, u, f
        y = j, i
        z = z, s
        zh = z~, s~
    """),
    "finnish": _table("""
        aa = a:, a
        ae = @, @:
        ah = a
        ao = o:, o
        aw = a u
        ax = 7, e
        axr = 7 r
        ay = a i
        b = b, p
        ch = t s
        d = d, t
        dh = d, t
        dx = d, t
        eh = e
        el = e l
        em = e m
        en = e n
        er = 7: r, 7 r
        ey = e i
        f = f, v
        g = g, k
        hh = h
        hv = h
        ih = i
        iy = i:, i
        jh = d s, t s
        k = k, k:
        l = l
        m = m
        n = n
        ng = N, N k, n
        nx = n
        ow = o u
        oy = o i
        p = p, b
        r = r
        s = s
        sh = s
        t = t, t:
        th = t, s
        uh = u
        uw = u:, u
        v = v
        w = v, u
        y = j, i
        z = s
        zh = s
    """),
    "italian": _table("""
        aa = a1, a
        ae = E1, a1, E
        ah = a, a1
        ao = O1, O
        aw = a1 u, a u
        ax = e, a
        axr = e r
        ay = a1 i, a i
        b = b
        ch = tS
        d = d
        dh = d
        dx = d
        eh = E1, e1, E
        el = e l
        em = e m
        en = e n
        er = e1 r, e r
        ey = e1 i, e i
        f = f
        g = g
        hh = -
        hv = -
        ih = i, i1
        iy = i1, i
        jh = dZ
        k = k
        l = l
        m = m
        n = n
        ng = ng, ng g, n
        nx = n
        ow = o1 u, o u
        oy = O1 i, O i
        p = p
        r = r
        s = s
        sh = S
        t = t
        th = t, f
        uh = u, u1
        uw = u1, u
        v = v
        w = w, u, v
        y = j, i
        z = z, s
        zh = Z, S
    """),
    "british": _table("""
        aa = aa, o
        ae = a
        ah = uh
        ao = oo, o
        aw = au
        ax = @
        axr = @, @@
        ay = ai
        b = b
        ch = ch
        d = d
        dh = dh
        dx = t, d
        eh = e
        el = @ l
        em = @ m
        en = @ n
        er = @@, @
        ey = ei
        f = f
        g = g
        hh = h
        hv = h
        ih = i
        iy = ii
        jh = jh
        k = k
        l = l
        m = m
        n = n
        ng = ng
        nx = n
        ow = ou
        oy = oi
        p = p
        r = r, -
        s = s
        sh = sh
        t = t
        th = th
        uh = u
        uw = uu
        v = v
        w = w
        y = y
        z = z
        zh = zh
    """),
}
_ANALYSE = """
(voice_kal_diphone)
(define (analyse text stretch)
  (Parameter.set 'Duration_Stretch stretch)
  (let ((utt (eval (list 'Utterance 'Text text))))
    (Initialize utt) (Text utt) (Token_POS utt) (Token utt) (POS utt) (Phrasify utt) (Word utt)
    (Pauses utt) (Intonation utt) (PostLex utt) (Duration utt) (Int_Targets utt)
    (mapcar (lambda (s) (format t "%s %f\\n" (item.name s) (item.feat s 'end)))
            (utt.relation.items utt 'Segment))
    (mapcar (lambda (s) (format t "pitch %f %f\\n" (item.feat s 'pos) (item.feat s 'f0)))
            (utt.relation.leafs utt 'Target))
    (format t "end\\n")))
"""
_SPEAK = """
(define (speak segments path)
  (let ((utt (eval (list 'Utterance 'Segments segments))))
    (utt.synth utt)
    (utt.save.wave utt path 'riff)))
"""


@dataclass(frozen=True, slots=True)
class Analysis:
    """What festival would say: phones with the times (s) of their ends, and pitches (s, Hz)."""

    phones: tuple[tuple[str, float], ...]
    pitches: tuple[tuple[float, float], ...]


def analysis_script(sentences: Sequence[tuple[str, float]]) -> str:
    """The script that analyses sentences (Scheme strings), each at a duration stretch."""
    lines = (f"(analyse {text} {stretch:.3f})" for text, stretch in sentences)
    return _ANALYSE + "\n".join(lines)


def analyses(output: str) -> Iterator[Analysis]:
    """The analyses that the script printed, in order."""
    phones: list[tuple[str, float]] = []
    pitches: list[tuple[float, float]] = []
    for line in output.splitlines():
        match line.split():
            case ["pitch", place, pitch]:
                pitches.append((float(place), float(pitch)))
            case ["end"]:
                yield Analysis(tuple(phones), tuple(pitches))
                phones, pitches = [], []
            case [phone, stop]:
                phones.append((phone, float(stop)))


@cache
def diphones(voice: str) -> frozenset[str]:
    """The names of the diphones that were recorded of a voice, such as "a-b"."""
    data = (_VOICES / VOICES[voice].group).read_bytes().decode("latin-1")
    header, rest = data.split("EST_Header_End\n", 1)
    count = next(int(line.split()[1]) for line in header.splitlines() if "NumEntries" in line)
    return frozenset(line.split()[0] for line in rest.split("\n", count)[:count])


def nearest(phones: Sequence[str], language: str, recorded: frozenset[str]) -> list[Phones]:
    """The foreign phones for each English one, pauses for what is none.

    Of each phone's choices those are taken with which the fewest diphones are missing, and of
    those the first ones: a shortest path through the choices.
    """
    table = _NEAREST[language]
    paths: dict[str, tuple[float, list[Phones]]] = {_PAUSE: (0.0, [])}
    for phone in phones:
        choices = table.get(phone, ((_PAUSE,),))
        reached: dict[str, tuple[float, list[Phones]]] = {}
        for last, (cost, path) in paths.items():
            for rank, choice in enumerate(choices):
                chain = (last, *choice)
                missing = sum(f"{a}-{b}" not in recorded for a, b in pairwise(chain))
                total = cost + rank + 10 * missing
                if chain[-1] not in reached or total < reached[chain[-1]][0]:
                    reached[chain[-1]] = (total, [*path, choice])
        paths = reached
    return min(paths.values(), key=lambda found: found[0])[1]


def segments(analysis: Analysis, voice: str, pitch_factor: float) -> str:
    """The Scheme list of phones, durations (s) and pitches (Hz) that `voice` is to speak."""
    chosen = VOICES[voice]
    scale = pitch_factor * chosen.pitch / _ENGLISH_PITCH
    mapped = nearest([p for p, _ in analysis.phones], chosen.language, diphones(voice))
    parts: list[str] = []
    start = 0.0
    pitches = list(analysis.pitches)
    for (_, stop), choice in zip(analysis.phones, mapped, strict=True):
        for index, phone in enumerate(choice):
            end = start + (stop - start) / (len(choice) - index)
            targets = "".join(f" ({t - start:.3f} {f * scale:.0f})" for t, f in pitches if t <= end)
            pitches = [(t, f) for t, f in pitches if t > end]
            parts.append(f'("{phone}" {end - start:.4f}{targets})')
            start = end
    return f"({' '.join(parts)})"


def speech_script(spoken: Sequence[tuple[Analysis, str, float, Path]]) -> str:
    """The script that speaks analyses, each by a voice at a pitch factor into a file."""
    lines = [_SPEAK]
    for analysis, voice, pitch_factor, path in spoken:
        lines.append(f"({VOICES[voice].function})")
        lines.append(f'(speak \'{segments(analysis, voice, pitch_factor)} "{path}")')
    return "\n".join(lines)
