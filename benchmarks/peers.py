"""Times one of the field's other programs on a file of `go run ./benchmarks -files DIR`.

    peers.py lifetimes|pymc FILE MODEL

Prints one JSON object a line: program, model, what, runs, seconds (their
median) and, for fits, the estimates.
"""
import json
import signal
import statistics
import sys
import time
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")

YEAR = 52.178571428571431
RUNS = 5
ENOUGH = 30  # seconds, after which there are no more runs
LIMIT = 600  # seconds, after which a run is given up


def stop(*_):
    raise TimeoutError(f"given up after {LIMIT} s")


signal.signal(signal.SIGALRM, stop)


def timed(work):
    times = []
    while len(times) < RUNS and sum(times) < ENOUGH:
        signal.alarm(LIMIT)
        begin = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begin)
        signal.alarm(0)
    return statistics.median(times), len(times), result


def say(**row):
    """Prints a row and waits until the reader has timed the same on its side."""
    print(json.dumps(row), flush=True)
    sys.stdin.readline()


def answer(work, params=None, more=0, **row):
    """Times the work, says it and returns its result, None if it fails."""
    try:
        seconds, runs, result = timed(work)
    except Exception as error:  # a program's own ConvergenceError, reported as such
        signal.alarm(0)
        say(**row, error=str(error).strip().split("\n")[0][:80])
        return None
    if params is not None:
        row["params"] = params(result)
    say(**row, runs=runs, seconds=seconds + more)
    return result


def lifetimes(df, model):
    import lifetimes as lt

    # The published optimisers' own defaults; no penalty, since it would be another optimum.
    params = lambda fitter: [float(v) for v in fitter.params_.values]
    money = df[df.frequency > 0]
    spend = lambda: lt.GammaGammaFitter().fit(money.frequency.values, money.monetary_value.values)
    if model == "gamma-gamma":
        answer(spend, params, program="lifetimes", model=model, what="fit")
        return
    fitter = {"bg-nbd": lt.BetaGeoFitter, "mbg-nbd": lt.ModifiedBetaGeoFitter, "pareto-nbd": lt.ParetoNBDFitter}[model]
    whole = answer(lambda: fitter(penalizer_coef=0.0).fit(df.frequency.values, df.recency.values, df["T"].values),
                   params, program="lifetimes", model=model, what="fit")
    grouping, _, groups = timed(lambda: df.groupby(["frequency", "recency", "T"]).size().reset_index(name="n"))
    grouped = answer(lambda: fitter(penalizer_coef=0.0).fit(groups.frequency.values, groups.recency.values, groups["T"].values, weights=groups.n.values),
                     params, grouping, program="lifetimes, grouped by hand", model=model, what="fit")
    if whole or grouped:
        predict_lifetimes(whole or grouped, spend(), df, model)


def predict_lifetimes(f, gg, df, model):
    x, tx, t = df.frequency, df.recency, df["T"]
    value = df.monetary_value.fillna(0)
    for what, work in {
        "P(alive)": lambda: f.conditional_probability_alive(x, tx, t),
        "expected purchases a year": lambda: f.conditional_expected_number_of_purchases_up_to_time(YEAR, x, tx, t),
        "CLV over 12 months": lambda: gg.customer_lifetime_value(f, x, tx, t, value, time=12, freq="W", discount_rate=0.008),
    }.items():
        answer(work, program="lifetimes", model=model, what=what)


NAMES = {"bg-nbd": ("r", "alpha", "a", "b"), "mbg-nbd": ("r", "alpha", "a", "b"), "pareto-nbd": ("r", "alpha", "s", "beta"),
         "gamma-gamma": ("p", "q", "v")}


def pymc(df, model):
    from pymc_marketing import clv

    n = len(df)
    frame = pd.DataFrame({"customer_id": np.arange(n), "frequency": df.frequency, "recency": df.recency, "T": df["T"]})
    if model == "gamma-gamma":
        money = df[df.frequency > 0]
        frame = pd.DataFrame({"customer_id": np.arange(len(money)), "frequency": money.frequency.values, "monetary_value": money.monetary_value.values})
    cls = {"bg-nbd": clv.BetaGeoModel, "mbg-nbd": clv.ModifiedBetaGeoModel, "pareto-nbd": clv.ParetoNBDModel, "gamma-gamma": clv.GammaGammaModel}[model]
    m = fit_pymc("MAP", model, cls, frame)
    if m is not None and model != "gamma-gamma":
        for what, work in {"P(alive)": lambda: m.expected_probability_alive(), "expected purchases a year": lambda: m.expected_purchases(future_t=YEAR)}.items():
            answer(work, program="pymc-marketing MAP", model=model, what=what)
    if n <= 2357 and model != "pareto-nbd":  # whose draws take a second each, an hour in all
        fit_pymc("NUTS", model, cls, frame)


def fit_pymc(method, model, cls, frame):
    """Fits with the default priors and options; the estimates are the mode or the posterior means."""
    def work():
        m = cls(data=frame)
        if method == "MAP":
            m.fit(method="map", progressbar=False)
        else:
            m.fit(method="mcmc", cores=1, progressbar=False)
        return m

    return answer(work, lambda m: [float(m.fit_result[name].mean()) for name in NAMES[model]],
                  program="pymc-marketing " + method, model=model, what="fit")


if __name__ == "__main__":
    which, path, name = sys.argv[1:]
    {"lifetimes": lifetimes, "pymc": pymc}[which](pd.read_csv(path), name)
