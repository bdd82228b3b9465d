"""Times the field's other programs on the files of `go run ./benchmarks -files DIR`.

Prints one JSON object a line: program, model, what, customers, runs, seconds
(their median) and, for fits, the estimates.
"""
import json
import statistics
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

YEAR = 52.178571428571431


def timed(work, runs):
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times), result


def say(**row):
    """Prints a row and waits until the reader has timed the same on its side."""
    print(json.dumps(row), flush=True)
    sys.stdin.readline()


def params(fitter):
    return [float(v) for v in fitter.params_.values]


def lifetimes(df, n):
    import lifetimes as lt

    # The published optimisers' own defaults; no penalty, since it would be another optimum.
    runs = 5 if n <= 100_000 else 1
    x, tx, t = df.frequency.values, df.recency.values, df["T"].values
    fits = {"bg-nbd": lt.BetaGeoFitter, "mbg-nbd": lt.ModifiedBetaGeoFitter, "pareto-nbd": lt.ParetoNBDFitter}
    fitted = {}
    for model, fitter in fits.items():
        few = 1 if model == "pareto-nbd" and n > 10_000 else runs
        try:
            seconds, f = timed(lambda: fitter(penalizer_coef=0.0).fit(x, tx, t), few)
        except Exception as error:  # its own ConvergenceError, reported as such
            say(program="lifetimes", model=model, what="fit", customers=n, error=str(error).strip().split("\n")[0][:80])
            continue
        fitted[model] = f
        say(program="lifetimes", model=model, what="fit", customers=n, runs=few, seconds=seconds, params=params(f))
    groups = df.groupby(["frequency", "recency", "T"]).size().reset_index(name="n")
    grouping, _ = timed(lambda: df.groupby(["frequency", "recency", "T"]).size().reset_index(name="n"), 3)
    for model in ("bg-nbd", "mbg-nbd", "pareto-nbd"):
        few = 1 if model == "pareto-nbd" and n > 10_000 else runs
        try:
            seconds, f = timed(lambda: fits[model](penalizer_coef=0.0).fit(groups.frequency.values, groups.recency.values, groups["T"].values, weights=groups.n.values), few)
        except Exception as error:
            say(program="lifetimes, grouped by hand", model=model, what="fit", customers=n, error=str(error).strip().split("\n")[0][:80])
            continue
        say(program="lifetimes, grouped by hand", model=model, what="fit", customers=n, runs=few, seconds=grouping + seconds, params=params(f))
    money = df[df.frequency > 0]
    seconds, gg = timed(lambda: lt.GammaGammaFitter().fit(money.frequency.values, money.monetary_value.values), runs)
    say(program="lifetimes", model="gamma-gamma", what="fit", customers=n, runs=runs, seconds=seconds, params=params(gg))
    predict_lifetimes(fitted, gg, df, n)


def predict_lifetimes(fitted, gg, df, n):
    x, tx, t = df.frequency, df.recency, df["T"]
    value = df.monetary_value.fillna(0)
    for model, f in fitted.items():
        questions = {
            "P(alive)": lambda: f.conditional_probability_alive(x, tx, t),
            "expected purchases a year": lambda: f.conditional_expected_number_of_purchases_up_to_time(YEAR, x, tx, t),
            "CLV over 12 months": lambda: gg.customer_lifetime_value(f, x, tx, t, value, time=12, freq="W", discount_rate=0.008),
        }
        for what, work in questions.items():
            seconds, _ = timed(work, 5)
            say(program="lifetimes", model=model, what=what, customers=n, runs=5, seconds=seconds)


NAMES = {"bg-nbd": ("r", "alpha", "a", "b"), "mbg-nbd": ("r", "alpha", "a", "b"), "pareto-nbd": ("r", "alpha", "s", "beta"),
         "gamma-gamma": ("p", "q", "v")}


def pymc(df, n):
    from pymc_marketing import clv

    data = pd.DataFrame({"customer_id": np.arange(n), "frequency": df.frequency, "recency": df.recency, "T": df["T"]})
    money = df[df.frequency > 0]
    spend = pd.DataFrame({"customer_id": np.arange(len(money)), "frequency": money.frequency.values, "monetary_value": money.monetary_value.values})
    classes = {"bg-nbd": clv.BetaGeoModel, "mbg-nbd": clv.ModifiedBetaGeoModel, "pareto-nbd": clv.ParetoNBDModel, "gamma-gamma": clv.GammaGammaModel}
    for model, cls in classes.items():
        frame = spend if model == "gamma-gamma" else data
        m = fit_pymc("MAP", 5, model, cls, frame, n)
        if m is not None and model != "gamma-gamma":
            predict_pymc(m, model, n)
        if n <= 2357 and model != "pareto-nbd":  # whose draws take a second each, an hour in all
            fit_pymc("NUTS", 1, model, cls, frame, n)


def fit_pymc(method, runs, model, cls, frame, n):
    """Fits with the default priors and options; the estimates are the mode or the posterior means."""
    def work():
        m = cls(data=frame)
        m.fit(method="map" if method == "MAP" else "mcmc", progressbar=False)
        return m

    row = dict(program="pymc-marketing " + method, model=model, what="fit", customers=n)
    try:
        seconds, m = timed(work, runs)
    except Exception as error:
        say(**row, error=str(error).strip().split("\n")[0][:80])
        return None
    say(**row, runs=runs, seconds=seconds, params=[float(m.fit_result[name].mean()) for name in NAMES[model]])
    return m


def predict_pymc(m, model, n):
    for what, work in {"P(alive)": lambda: m.expected_probability_alive(), "expected purchases a year": lambda: m.expected_purchases(future_t=YEAR)}.items():
        seconds, _ = timed(work, 5)
        say(program="pymc-marketing MAP", model=model, what=what, customers=n, runs=5, seconds=seconds)


if __name__ == "__main__":
    which, folder, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for size in (2357, 10_000, 100_000, 1_000_000):
        if size > limit:
            break
        frame = pd.read_csv(f"{folder}/{size}.csv")
        if which == "lifetimes":
            lifetimes(frame, size)
        else:
            pymc(frame, size)
