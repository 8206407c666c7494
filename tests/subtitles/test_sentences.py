"""Sentence-like pieces of decoded segments."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from decoded import segment_lists, spoken, wordless
from fakes import hypothesis
from hypothesis import given, settings

from wyoming_whisper.audio.pcm import SAMPLE_RATE
from wyoming_whisper.recognition.join import join_hypotheses
from wyoming_whisper.subtitles.sentences import Piece, split_segment, split_segments
from wyoming_whisper.values import DecodedSegment, Rejection


def texts(pieces: list[Piece]) -> list[str]:
    return [piece.text for piece in pieces]


@pytest.mark.parametrize(
    "text",
    [
        " Turn it off.| Open the door!| Is it warm?| Well…| Yes.",
        ' "Stop!" he said.| "Why?"| She ran.',
        " At 5 a.m. Dr. Smith met J. R. Miller of the U.S. Army.| It rained.",
        " Am 3. Oktober ist frei.| Ja.",
        " It costs 3.5 dollars. 4 are left.",
        " See example.com.| Then go on.",
        " Wait... what?| Oh...| No. 5 is alive.",
        " Bonjour !| Ça va ?| « Oui. »| Merci.",
        " Он пришёл.| Она ушла.",
    ],
)
def test_sentences(text: str) -> None:
    """Words are cut where a sentence ends, and nowhere else."""
    expected = text.split("|")
    assert texts(split_segment(spoken("".join(expected)))) == expected


def test_sentences_without_spaces() -> None:
    """Full-width marks end sentences, and what was said stays with who said it."""
    expected = ["電気をつけて。", "何時ですか。", "「はい。」と言った。"]
    segment = spoken("".join(expected), language="ja", unit=".")
    assert texts(split_segment(segment)) == expected


def test_a_pause_cuts() -> None:
    """A pause of a second ends a piece in the middle of a sentence, a shorter one does not."""
    segment = spoken(" one two three four", pauses={"two": 0.9, "four": 1.1})
    assert texts(split_segment(segment)) == [" one two three", " four"]


def test_what_a_piece_tells() -> None:
    """A piece has absolute times, its share of the tokens and its segment's figures."""
    first, second = split_segment(spoken(" Yes. Not now.", at_s=2.0, word_s=0.5))
    assert (first.start_s, first.end_s, first.tokens, first.seek) == (2.0, 2.5, (0,), 200)
    assert (second.start_s, second.end_s, second.tokens, second.seek) == (2.5, 3.5, (1, 2), 200)
    assert [(word.text, word.start_s) for word in second.words] == [(" Not", 2.5), (" now.", 3.0)]
    assert first.hypothesis is second.hypothesis
    assert first.hypothesis.avg_logprob == -0.1


def test_without_words_a_segment_is_one_piece() -> None:
    """Where no times are known nothing is cut."""
    segment = wordless(spoken(" Yes. No.", at_s=1.0))
    (piece,) = split_segment(segment)
    assert piece.text == " Yes. No."
    assert (piece.start_s, piece.end_s, piece.words) == (1.0, 1.6, ())
    assert piece.tokens == (0, 1)


@pytest.mark.parametrize("rejection", Rejection)
def test_what_is_not_believed_gives_no_piece(rejection: Rejection) -> None:
    """A rejected hypothesis is not told, nor does it decide on a space."""
    noise = DecodedSegment(0, 16, replace(hypothesis("la", language="ja"), rejection=rejection))
    assert texts(split_segments([noise, spoken(" Yes.")])) == [" Yes."]
    assert split_segments([noise, DecodedSegment(0, 16, hypothesis(""))]) == []


def test_times_end_with_the_audio() -> None:
    """A segment that was filled up with silence has no words in it."""
    pieces = split_segments([spoken(" one two", word_s=1.0)], duration_s=1.25)
    assert [piece.end_s for piece in pieces] == [1.25]
    assert pieces[0].words[1].end_s == 1.25


def test_impossible_pieces_cannot_exist() -> None:
    """A piece has a text, and ends after its start."""
    with pytest.raises(ValueError, match="not a piece"):
        Piece(0.0, 1.0, " ", (), (), 0, hypothesis(""))
    with pytest.raises(ValueError, match="not a piece"):
        Piece(2.0, 1.0, " a", (), (), 0, hypothesis("a"))


@settings(deadline=None)
@given(segments=segment_lists())
def test_the_pieces_are_the_transcript(segments: list[DecodedSegment]) -> None:
    """Texts, joined and stripped, are the transcript; tokens and words are complete."""
    pieces = split_segments(segments)
    heard = [segment.hypothesis for segment in segments]
    assert "".join(texts(pieces)).strip() == join_hypotheses(heard).text
    believed = [h for h in heard if h.rejection is None and h.text]
    assert [t for p in pieces for t in p.tokens] == [t for h in believed for t in h.tokens]
    assert [w.text for p in pieces for w in p.words] == [w.text for h in believed for w in h.words]


@settings(deadline=None)
@given(segments=segment_lists())
def test_times_ascend_within_their_segment(segments: list[DecodedSegment]) -> None:
    """No word and no piece begins before the one before it ends, or ends behind its segment."""
    for segment in segments:
        start_s, end_s = segment.start / SAMPLE_RATE, segment.end / SAMPLE_RATE
        duration_s = (start_s + end_s) / 2
        pieces = split_segment(segment, duration_s=duration_s)
        words = [word for piece in pieces for word in piece.words]
        for parts in (pieces, words):
            times = [t for part in parts for t in (part.start_s, part.end_s)]
            assert all(before <= after for before, after in pairwise([start_s, *times]))
            assert not times or times[-1] <= duration_s


@settings(deadline=None)
@given(segments=segment_lists())
def test_pieces_can_be_told_one_segment_after_the_other(segments: list[DecodedSegment]) -> None:
    """A segment's pieces do not depend on what comes later, and on the language only before."""
    pieces: list[Piece] = []
    for number, segment in enumerate(segments):
        before = pieces[-1].hypothesis.language if pieces else None
        pieces += split_segment(segment, before=before)
        assert pieces == split_segments(segments[: number + 1])
