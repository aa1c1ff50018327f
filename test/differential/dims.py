"""Symbolic sizes: polynomials with integer coefficients over symbols and floor divisions, equal only when always equal."""
from math import prod


class Dim:
    """A sum of `terms`: (atoms, coefficient), where an atom is a symbol's name or ("div", Dim, int)."""

    def __init__(self, terms):
        self.terms = tuple(sorted(((atoms, c) for atoms, c in terms.items() if c), key=repr))

    @staticmethod
    def of(value):
        if isinstance(value, Dim):
            return value
        return Dim({(): value}) if isinstance(value, int) else Dim({(value,): 1})

    def __add__(self, other):
        terms = dict(self.terms)
        for atoms, c in Dim.of(other).terms:
            terms[atoms] = terms.get(atoms, 0) + c
        return Dim(terms)

    def __mul__(self, other):
        terms = {}
        for a, c in self.terms:
            for b, d in Dim.of(other).terms:
                key = tuple(sorted(a + b, key=repr))
                terms[key] = terms.get(key, 0) + c * d
        return Dim(terms)

    def __floordiv__(self, divisor):
        if divisor == 1:
            return self
        return Dim.of(self.constant // divisor) if self.constant is not None else Dim({(("div", self, divisor),): 1})

    def __sub__(self, other):
        return self + Dim.of(other) * -1

    def __eq__(self, other):
        return self.terms == Dim.of(other).terms

    def __hash__(self):
        return hash(self.terms)

    def __repr__(self):
        return repr(self.terms)

    @property
    def constant(self):
        """The number that this dim is, or None."""
        if not self.terms:
            return 0
        return self.terms[0][1] if len(self.terms) == 1 and self.terms[0][0] == () else None

    def at(self, sizes):
        """The value of the dim where the symbols have these sizes."""
        def value(atom):
            return sizes[atom] if isinstance(atom, str) else atom[1].at(sizes) // atom[2]
        return sum(c * prod(map(value, atoms)) for atoms, c in self.terms)


def product(shape):
    result = Dim.of(1)
    for dim in shape:
        result = result * dim
    return result
