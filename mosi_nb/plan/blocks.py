"""Blocks: each distinct step of the encoder chains, once for all candidates that use it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from sklearn.pipeline import FeatureUnion, Pipeline

from mosi_nb.components.estimators import Nothing
from mosi_nb.components.fusion import Fusion
from mosi_nb.components.nested import Nested
from mosi_nb.components.transformers import Dense, TakeModality, Transcripts
from mosi_nb.data.segments import Segments, columns_of, is_text
from mosi_nb.plan.parts import Part
from mosi_nb.plan.pipelines import columns_after, named, refuse_bad_values, seeded, sparse_after

Values: TypeAlias = tuple[tuple[str, type, Any], ...]


@dataclass(frozen=True, eq=False)
class Block:
    """A step of a chain with its values, and the steps before it.

    Attributes
    ----------
    number
        Position in the plan, from 0.
    modality
        What the chain reads; empty for a transformer of whole segments.
    parent
        Number of the block that it transforms; None for the first of its chain.
    transformer
        Unfitted.
    nested
        How the block is fitted together with its siblings, where that can be done.
    group
        Blocks with the same group are siblings: they differ in nested parameters only.
    columns, sparse
        Number of columns behind it, None if unknown, and whether they are sparse.
    """

    number: int
    modality: str
    parent: int | None
    transformer: Any
    nested: Nested | None = None
    group: int = 0
    columns: int | None = None
    sparse: bool = False


@dataclass(frozen=True, eq=False)
class Features:
    """What a model of one choice of encoders sees.

    Attributes
    ----------
    transformer
        Unfitted, from segments to features.
    blocks
        The last block of each chain, whose columns stand side by side, and its weight.
    """

    transformer: Any
    blocks: tuple[tuple[int, float], ...]


@dataclass
class Blocks:
    """All blocks of a plan, made as candidates ask for them.

    Attributes
    ----------
    segments
        The data.
    chains
        Encoders by modality.
    fusion
        What combines modalities.
    seed
        Of every random choice.
    """

    segments: Segments
    chains: Mapping[str, Sequence[Part]]
    fusion: Fusion
    seed: int
    made: list[Block] = field(default_factory=list)
    _known: dict[Any, Block] = field(default_factory=dict)
    _groups: dict[Any, int] = field(default_factory=dict)
    _features: dict[Any, Features] = field(default_factory=dict)

    def copy(self) -> Blocks:
        """Return the same, to which more can be added."""
        return replace(
            self,
            made=list(self.made),
            _known=dict(self._known),
            _groups=dict(self._groups),
            _features=dict(self._features),
        )

    def features(self, modalities: Sequence[str], chosen: Mapping[str, Any], *, dense: bool) -> Features:
        """Return what a model sees.

        Parameters
        ----------
        modalities
            Those that it looks at; none at all gives it a column of zeros.
        chosen
            Values for parameters of encoders, by `<modality>.<step>.<parameter>`.
        dense
            Whether the model takes no sparse features.

        Raises
        ------
        SpecError
            If a step refuses a value, or cannot read what comes before it.
        """
        chains = {modality: list(self._chain(modality, chosen, dense=dense)) for modality in modalities}
        key = tuple(chain[-1][1].number for chain in chains.values())
        if key not in self._features:
            self._features[key] = self._fused(chains)
        return self._features[key]

    def transcripts(self, modality: str) -> Features:
        """Return what a model sees that reads raw texts itself: one column of them, whatever the encoders are."""
        key = (modality, "raw")
        if key not in self._features:
            made = Transcripts()
            block = self._new(Block(len(self.made), modality, None, made, group=self._group(key), columns=1))
            chain = Pipeline([("take", TakeModality(modality)), ("transcripts", made)])
            self._features[key] = Features(FeatureUnion([(modality, chain)]), ((block.number, 1.0),))
        return self._features[key]

    def _fused(self, chains: Mapping[str, list[tuple[str, Block]]]) -> Features:
        if not chains:
            return self._whole(Nothing())
        encoders = {
            modality: Pipeline([("take", TakeModality(modality)), *((step, b.transformer) for step, b in chain)])
            for modality, chain in chains.items()
        }
        fused = seeded(self.fusion(encoders), self.seed)
        # A fusion that does not put the encoders side by side is fitted as a whole.
        if type(fused) is not FeatureUnion or [t for _, t in fused.transformer_list] != list(encoders.values()):
            return self._whole(fused)
        weights = fused.transformer_weights or {}
        lasts = [chain[-1][1].number for chain in chains.values()]
        return Features(
            fused,
            tuple(
                (last, weights.get(name, 1.0)) for last, (name, _) in zip(lasts, fused.transformer_list, strict=True)
            ),
        )

    def _whole(self, transformer: Any) -> Features:
        block = self._new(Block(len(self.made), "", None, transformer, group=self._group(object())))
        return Features(transformer, ((block.number, 1.0),))

    def _chain(self, modality: str, chosen: Mapping[str, Any], *, dense: bool) -> Iterator[tuple[str, Block]]:
        """Yield the blocks of a chain with the names of their steps."""
        block: Block | None = None
        for step, part in named(self.chains[modality]):
            prefix = f"{modality}.{step}."
            values = {key.removeprefix(prefix): value for key, value in chosen.items() if key.startswith(prefix)}
            block = self._step(modality, block, step, part, values)
            yield step, block
        if dense and block is not None and is_text(self.segments.modalities[modality]):
            key = (modality, block.number, "dense")
            if key not in self._known:
                made = seeded(Dense(), self.seed)
                self._known[key] = self._new(
                    Block(len(self.made), modality, block.number, made, group=self._group(key))
                )
            yield "dense", self._known[key]

    def _step(self, modality: str, before: Block | None, step: str, part: Part, values: Mapping[str, Any]) -> Block:
        nested: Nested | None = part.tags.get("nested")
        where = (modality, before.number if before else None, step)
        key = (*where, typed(values))
        if key in self._known:
            return self._known[key]
        transformer = seeded(part.make(values), self.seed)
        refuse_bad_values(transformer, part)
        held = self.segments.modalities[modality]
        columns = before.columns if before else (None if is_text(held) else columns_of(held))
        block = Block(
            len(self.made),
            modality,
            before.number if before else None,
            transformer,
            nested,
            self._group((*where, typed(values, without=nested.params if nested else ()))),
            columns_after(transformer, columns, held, part, modality),
            sparse_after(transformer, part, sparse=before is not None and before.sparse),
        )
        self._known[key] = self._new(block)
        return block

    def _new(self, block: Block) -> Block:
        self.made.append(block)
        return block

    def _group(self, key: Any) -> int:
        return self._groups.setdefault(key, len(self._groups))


def typed(values: Mapping[str, Any], without: Sequence[str] = ()) -> Values:
    """Return values as a key under which equal ones of the same type meet: 1 is not 1.0, nor True.

    Examples
    --------
    >>> typed({"n": 1}) == typed({"n": 1.0})
    False
    """
    return tuple((name, type(v), _hashable(v)) for name, v in sorted(values.items()) if name not in without)


def _hashable(value: Any) -> Any:
    try:
        hash(value)
    except TypeError:
        return id(value)  # of a list of values to try: the same object wherever it is chosen
    return value
