"""Whisper models with random weights, in the format of CTranslate2's converters.

They understand nothing, but load, batch, loop and fail as real ones do, and take the time of real
ones where they have their shape. torch is not needed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
from ctranslate2.specs import WhisperSpec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt
    from ctranslate2.specs.model_spec import LayerSpec

    Floats = npt.NDArray[np.float32]

# Languages in the order of Whisper's vocabulary; a model before large-v3 lacks the last.
_LANGUAGES: Final = (
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th "
    "ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr "
    "pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt "
    "haw ln ha ba jw su yue"
)
_BEFORE_LANGUAGES: Final = ("<|endoftext|>", "<|startoftranscript|>")
_BEHIND_LANGUAGES: Final = (
    "<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>",
    "<|notimestamps|>",
)  # fmt: skip
_TIMESTAMPS: Final = tuple(f"<|{index * 0.02:.2f}|>" for index in range(1501))
_N_BYTES: Final = 256
_N_TEXT_TOKENS: Final = 50_257
_N_ENGLISH_TEXT_TOKENS: Final = 400
# The decoder's positions.
_MAX_TOKENS: Final = 448
# Start of transcript, language, task, no timestamps.
_PROMPT_TOKENS: Final = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a model is, and how long its window.

    The decoder has as many layers as the encoder, or as many as it is given.
    """

    d_model: int = 16
    layers: int = 1
    heads: int = 2
    n_mels: int = 80
    window_s: int = 3
    decoder_layers: int | None = None


TOY: Final = Shape()
BASE: Final = Shape(d_model=512, layers=6, heads=8, window_s=30)
SMALL: Final = Shape(d_model=768, layers=12, heads=12, window_s=30)
LARGE_V3: Final = Shape(d_model=1280, layers=32, heads=20, n_mels=128, window_s=30)
LARGE_V3_TURBO: Final = replace(LARGE_V3, decoder_layers=4)


def write_english_model(folder: Path, shape: Shape = TOY, *, eot_bias: float = 2.0) -> Path:
    """Write an English-only model with a small vocabulary; return its directory.

    Args:
        folder: Where; made if need be.
        shape: How large.
        eot_bias: How much it likes to end a text: it loops where that is low.
    """
    specials = (*_BEFORE_LANGUAGES, "<|en|>", *_BEHIND_LANGUAGES)
    return _write(folder, shape, _N_ENGLISH_TEXT_TOKENS, specials, eot_bias=eot_bias)


def write_multilingual_model(
    folder: Path,
    shape: Shape = TOY,
    *,
    eot_bias: float = 2.0,
    cantonese: bool = False,
    n_tokens: int | None = None,
) -> Path:
    """Write a multilingual model with Whisper's vocabulary size and special tokens.

    Args:
        folder: Where; made if need be.
        shape: How large.
        eot_bias: How much it likes to end a text: it loops where that is low.
        cantonese: Whether it has the 51,866 tokens of large-v3, or the 51,865 of those before.
        n_tokens: How many tokens each text has where nothing goes before it; the bias then does
            not matter.
    """
    languages = _LANGUAGES.split()[: None if cantonese else -1]
    specials = (*_BEFORE_LANGUAGES, *(f"<|{code}|>" for code in languages), *_BEHIND_LANGUAGES)
    return _write(folder, shape, _N_TEXT_TOKENS, specials, eot_bias=eot_bias, n_tokens=n_tokens)


def _write(
    folder: Path,
    shape: Shape,
    n_text_tokens: int,
    specials: tuple[str, ...],
    *,
    eot_bias: float,
    n_tokens: int | None = None,
) -> Path:
    multilingual = n_text_tokens == _N_TEXT_TOKENS
    bytes_first = sorted(pre_tokenizers.ByteLevel.alphabet())
    words = [f"Ġw{index}" for index in range(n_text_tokens - len(bytes_first) - 1)]
    # CTranslate2 takes a model for multilingual if its vocabulary has Whisper's empty token.
    text_tokens = [*bytes_first, *words, "" if multilingual else "Ġw"]
    vocabulary = [*text_tokens, *specials, *_TIMESTAMPS]
    spec = _specification(shape, len(vocabulary), n_text_tokens, eot_bias)
    if n_tokens is not None:
        _end_after(spec, n_tokens, n_text_tokens)
    spec.register_vocabulary(vocabulary)
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.alignment_heads = [(0, 0)]
    behind = len(specials) - len(_BEHIND_LANGUAGES)
    spec.config.lang_ids = [
        n_text_tokens + index for index in range(len(_BEFORE_LANGUAGES), behind) if multilingual
    ]
    spec.validate()
    spec.optimize()
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    _tokenizer(text_tokens, specials).save(str(folder / "tokenizer.json"))
    preprocessor = {
        "chunk_length": shape.window_s,
        "feature_size": shape.n_mels,
        "hop_length": 160,
        "n_fft": 400,
        "sampling_rate": 16_000,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return folder


def _tokenizer(text_tokens: list[str], specials: tuple[str, ...]) -> Tokenizer:
    """Return a byte-level BPE that merges nothing: a text is as many tokens as bytes."""
    tokenizer = Tokenizer(models.BPE(vocab={t: i for i, t in enumerate(text_tokens)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, normalized=False) for token in specials])
    tokenizer.add_tokens([AddedToken(token, normalized=False) for token in _TIMESTAMPS])
    return tokenizer


def _specification(shape: Shape, n_tokens: int, eot: int, eot_bias: float) -> WhisperSpec:
    random = np.random.default_rng(n_tokens)
    d = shape.d_model

    def normal(*sizes: int, scale: float = 1.0) -> Floats:
        return random.standard_normal(sizes, np.float32) * np.float32(scale)

    def linear(spec: LayerSpec, rows: int, columns: int) -> None:
        spec.weight = normal(rows, columns, scale=columns**-0.5)
        spec.bias = np.zeros(rows, np.float32)

    def norm(spec: LayerSpec) -> None:
        spec.gamma = np.ones(d, np.float32)
        spec.beta = np.zeros(d, np.float32)

    def layer(spec: LayerSpec) -> None:
        norm(spec.self_attention.layer_norm)
        linear(spec.self_attention.linear[0], 3 * d, d)
        linear(spec.self_attention.linear[1], d, d)
        if hasattr(spec, "attention"):
            norm(spec.attention.layer_norm)
            for part, rows in zip(spec.attention.linear, (d, 2 * d, d), strict=True):
                linear(part, rows, d)
        norm(spec.ffn.layer_norm)
        linear(spec.ffn.linear_0, 4 * d, d)
        linear(spec.ffn.linear_1, d, 4 * d)

    decoder_layers = shape.decoder_layers or shape.layers
    spec = WhisperSpec(shape.layers, shape.heads, decoder_layers, shape.heads)
    for conv, channels in ((spec.encoder.conv1, shape.n_mels), (spec.encoder.conv2, d)):
        conv.weight = normal(d, channels, 3, scale=(3 * channels) ** -0.5)
        conv.bias = np.zeros(d, np.float32)
    # The encoder halves the 100 mel frames of a second.
    spec.encoder.position_encodings.encodings = normal(50 * shape.window_s, d, scale=0.1)
    spec.decoder.position_encodings.encodings = normal(_MAX_TOKENS, d)
    for part in (*spec.encoder.layer, *spec.decoder.layer):
        layer(part)
    norm(spec.encoder.layer_norm)
    norm(spec.decoder.layer_norm)
    spec.decoder.embeddings.weight = normal(n_tokens, d)
    # Not the embeddings once more, as in Whisper: a random model would repeat its last token.
    linear(spec.decoder.projection, n_tokens, d)
    # Only words are said, no bytes, special tokens or timestamps; the end comes as it is wanted.
    spec.decoder.projection.bias[:_N_BYTES] = -100.0
    spec.decoder.projection.bias[eot] = eot_bias
    spec.decoder.projection.bias[eot + 1 :] = -100.0
    return spec


def _end_after(spec: WhisperSpec, n_tokens: int, eot: int) -> None:
    """Have a multilingual model end each text after so many tokens, by their positions alone.

    One direction of the decoder's space is for the end of text: positions before the end lean away
    from it, the others towards it.
    """
    positions = spec.decoder.position_encodings.encodings
    d = positions.shape[1]
    end = np.random.default_rng(eot).standard_normal(d, np.float32)
    end /= np.linalg.norm(end)
    first = _PROMPT_TOKENS - 1 + n_tokens
    positions[:first] -= np.sqrt(d) * end
    positions[first:] += 3 * np.sqrt(d) * end
    spec.decoder.projection.weight[eot] = 60 / np.sqrt(d) * end
    spec.decoder.projection.bias[eot] = 0.0
