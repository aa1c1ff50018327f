"""Computes the polynomial tables of codegen/cpu/math and prints them as C++ (needs mpmath; not part of the build).

Each table is the weighted minimax polynomial of its target, found by a Remez exchange on a Chebyshev grid. Coefficients
are rounded to the working precision one after the other, lowest power first, and the rest is fitted again around each
rounded one, so that rounding costs almost no accuracy. The printed error is the largest weighted error that remains.
Usage: python3 minimax.py [NAME ...]
"""
import struct
import sys

from mpmath import mp, mpf, matrix, lu_solve, cos, pi, exp, log, sin, sqrt, atan, asin, erf, erfc, sinh, nstr, ldexp

mp.dps = 40


def to_single(value):
    return mpf(struct.unpack("f", struct.pack("f", float(value)))[0])


def remez(basis, target, weight, count):
    """Coefficients that minimise max |weight * (target - sum c_k basis_k)| on the grid, and that maximum."""
    points = len(target)
    picks = [round((points - 1) * (1 - float(cos(pi * j / count))) / 2) for j in range(count + 1)]
    for _ in range(40):
        system = matrix(count + 1, count + 1)
        right = matrix(count + 1, 1)
        for row, at in enumerate(picks):
            for k in range(count):
                system[row, k] = basis[k][at]
            system[row, count] = (-1) ** row / weight[at]
            right[row] = target[at]
        solution = lu_solve(system, right)
        error = [weight[i] * (target[i] - sum(solution[k] * basis[k][i] for k in range(count))) for i in range(points)]
        worst = max(abs(e) for e in error)
        if worst <= abs(solution[count]) * mpf("1.0005"):
            break
        picks = exchange(error, picks)
    return [solution[k] for k in range(count)], worst


def exchange(error, picks):
    """One extremum of alternating sign per reference point: the largest error within each run of equal sign."""
    runs, start = [], 0
    for i in range(1, len(error) + 1):
        if i == len(error) or (error[i] > 0) != (error[start] > 0):
            runs.append(max(range(start, i), key=lambda j: abs(error[j])))
            start = i
    while len(runs) > len(picks):
        del runs[0 if abs(error[runs[0]]) < abs(error[runs[-1]]) else -1]
    return runs if len(runs) == len(picks) else picks


def fit(function, weight, low, high, powers, rounding):
    """Coefficients of `powers`, each rounded by `rounding` in order, and the final error as a power of two."""
    low, high, size = mpf(low), mpf(high), 900
    grid = [low + (high - low) * (1 - cos(pi * (2 * i + 1) / (2 * size))) / 2 for i in range(size)]
    target, weights = [function(x) for x in grid], [weight(x) for x in grid]
    order = list(powers)
    if low < 0 < high:  # powers that all vanish inside the interval are no Chebyshev system: keep the constant to the end
        order.reverse()
    done = {}
    while order:
        found, worst = remez([[x**p for x in grid] for p in order], target, weights, len(order))
        power = order.pop(0)
        done[power] = rounding(found[0])
        target = [t - done[power] * x**power for t, x in zip(target, grid)]
    worst = max(abs(w * t) for w, t in zip(weights, target))
    return [done[p] for p in powers], worst


def log2_slope(s):
    return log((1 + s) / (1 - s), 2) / s


def scaled_erfc(x):
    return exp(x**2) * erfc(x) * (1 + 2 * x)


EIGHTH = mpf(1) / 8
LN2_SINGLE = to_single(log(2))
LN2_HALF = log(2) / 2 * mpf("1.001")
SINGLE, DOUBLE = to_single, lambda value: mpf(float(value))
# name: function, weight that turns the table's error into that of the result, interval, powers, rounding
TABLES = {
    # e^r = 1 + r + r^2 Q(r)
    "expTail": (lambda r: (exp(r) - 1 - r) / r**2, lambda r: r**2 / exp(r), -LN2_HALF, LN2_HALF, range(5), SINGLE),
    # the same, relative to e^r - 1
    "expm1Tail": (lambda r: (exp(r) - 1 - r) / r**2, lambda r: r**2 / (exp(r) - 1), -LN2_HALF, LN2_HALF, range(6), SINGLE),
    # 2^r = 1 + r (LN2_SINGLE + P(r))
    "exp2Tail": (lambda r: (2**r - 1) / r - LN2_SINGLE, lambda r: r / 2**r, "-0.5001", "0.5001", range(6), SINGLE),
    # 2^r = 1 + r P(r), for pow
    "exp2Slope": (lambda r: (2**r - 1) / r, lambda r: r / 2**r, "-0.5001", "0.5001", range(7), DOUBLE),
    # log2 m = s P(s^2), s = (m - 1) / (m + 1), for pow
    "log2Slope": (lambda z: log2_slope(sqrt(z)), lambda z: 1 / log2_slope(sqrt(z)), "1e-9", "0.02945", range(5), DOUBLE),
    # log(1 + f) = f - f^2 / 2 + f^3 P(f)
    "logTail": (lambda f: (mp.log1p(f) - f + f**2 / 2) / f**3, lambda f: f**3 / mp.log1p(f), sqrt(mpf("0.5")) - 1,
                sqrt(mpf(2)) - 1, range(9), SINGLE),
    # sin r = r + r^3 P(r^2)
    "sinTail": (lambda z: (sin(sqrt(z)) - sqrt(z)) / sqrt(z)**3, lambda z: sqrt(z)**3 / sin(sqrt(z)), "1e-9",
                (pi / 4)**2, range(3), SINGLE),
    # cos r = 1 - r^2 / 2 + r^4 P(r^2)
    "cosTail": (lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, lambda z: z**2 / cos(sqrt(z)), "1e-9", (pi / 4)**2, range(3),
                SINGLE),
    # asin x = x + x^3 P(x^2), x <= 1/2
    "asinTail": (lambda z: (asin(sqrt(z)) - sqrt(z)) / sqrt(z)**3, lambda z: sqrt(z)**3 / asin(sqrt(z)), "1e-9", "0.25",
                 range(5), SINGLE),
    # atan x = x + x^3 P(x^2), x <= 1
    "atanTail": (lambda z: (atan(sqrt(z)) - sqrt(z)) / sqrt(z)**3, lambda z: sqrt(z)**3 / atan(sqrt(z)), "1e-9", "1",
                 range(9), SINGLE),
    # sinh x = x + x^3 P(x^2), x <= 1
    "sinhTail": (lambda z: (sinh(sqrt(z)) - sqrt(z)) / sqrt(z)**3, lambda z: sqrt(z)**3 / sinh(sqrt(z)), "1e-9", "1",
                 range(4), SINGLE),
    # erf x = x + x P(x^2), x <= 7/8
    "erfNear": (lambda z: erf(sqrt(z)) / sqrt(z) - 1, lambda z: sqrt(z) / erf(sqrt(z)), "1e-9", mpf(7)**2 / 64, range(6),
                SINGLE),
    # erf x = 1 - P(x)^-8, 7/8 <= x <= 4
    "erfFar": (lambda x: erfc(x)**(-EIGHTH), lambda x: 8 * erfc(x)**(1 + EIGHTH), mpf(7) / 8, "3.95", range(8), SINGLE),
    # erfc x = e^(-x^2) / (1 + 2 x) P((x - 2) / (x + 2)), 0 <= x <= 10.2
    "erfcScaled": (lambda t: scaled_erfc(2 * (1 + t) / (1 - t)), lambda t: 1 / scaled_erfc(2 * (1 + t) / (1 - t)), -1,
                   mpf("8.2") / mpf("12.2"), range(10), SINGLE),
}


def main(names):
    for name in names or TABLES:
        function, weight, low, high, powers, rounding = TABLES[name]
        values, worst = fit(function, weight, low, high, list(powers), rounding)
        kind = "float" if rounding is SINGLE else "double"
        text = ", ".join((float(v).hex() + ("f" if kind == "float" else "")) for v in values)
        print(f"// error 2^{nstr(log(worst, 2), 4)}\nconstexpr {kind} {name}[] = {{{text}}};", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
