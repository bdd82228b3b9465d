"""Times the field's other programs on the files of `go run ./benchmarks -files DIR`.

Prints one JSON object a line: program, model, what, customers, seconds (the
median of the runs) and, for fits, the estimates.
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
WEEKLY = np.log(1.1) / YEAR


def timed(work, runs):
    times = []
    for _ in range(runs):
        begin = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - begin)
    return statistics.median(times), result


def say(**row):
    print(json.dumps(row), flush=True)


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
        few = runs if model != "pareto-nbd" else min(runs, 3)
        try:
            seconds, f = timed(lambda: fitter(penalizer_coef=0.0).fit(x, tx, t), few)
        except Exception as error:  # its own ConvergenceError, reported as such
            say(program="lifetimes", model=model, what="fit", customers=n, error=str(error).strip().split("\n")[0][:80])
            continue
        fitted[model] = f
        say(program="lifetimes", model=model, what="fit", customers=n, seconds=seconds, params=params(f))
    groups = df.groupby(["frequency", "recency", "T"]).size().reset_index(name="n")
    grouping, _ = timed(lambda: df.groupby(["frequency", "recency", "T"]).size().reset_index(name="n"), 3)
    for model in ("bg-nbd", "mbg-nbd", "pareto-nbd"):
        few = 1 if model == "pareto-nbd" and n > 10_000 else runs
        try:
            seconds, f = timed(lambda: fits[model](penalizer_coef=0.0).fit(groups.frequency.values, groups.recency.values, groups["T"].values, weights=groups.n.values), few)
        except Exception as error:
            say(program="lifetimes, grouped by hand", model=model, what="fit", customers=n, error=str(error).strip().split("\n")[0][:80])
            continue
        say(program="lifetimes, grouped by hand", model=model, what="fit", customers=n, seconds=grouping + seconds, params=params(f))
    money = df[df.frequency > 0]
    seconds, gg = timed(lambda: lt.GammaGammaFitter().fit(money.frequency.values, money.monetary_value.values), runs)
    say(program="lifetimes", model="gamma-gamma", what="fit", customers=n, seconds=seconds, params=params(gg))
    predict_lifetimes(fitted, gg, df, n)


def predict_lifetimes(fitted, gg, df, n):
    x, tx, t = df.frequency, df.recency, df["T"]
    for model, f in fitted.items():
        seconds, _ = timed(lambda: f.conditional_probability_alive(x, tx, t), 5)
        say(program="lifetimes", model=model, what="P(alive)", customers=n, seconds=seconds)
        seconds, _ = timed(lambda: f.conditional_expected_number_of_purchases_up_to_time(YEAR, x, tx, t), 3)
        say(program="lifetimes", model=model, what="expected purchases a year", customers=n, seconds=seconds)
        if model != "mbg-nbd":
            value = df.monetary_value.fillna(0)
            seconds, _ = timed(lambda: gg.customer_lifetime_value(f, x, tx, t, value, time=12, freq="W", discount_rate=0.008), 1)
            say(program="lifetimes", model=model, what="CLV over 12 months", customers=n, seconds=seconds)


def pymc(df, n, nuts):
    from pymc_marketing import clv

    data = pd.DataFrame({"customer_id": np.arange(n), "frequency": df.frequency, "recency": df.recency, "T": df["T"]})
    for model, cls in {"bg-nbd": clv.BetaGeoModel, "mbg-nbd": clv.ModifiedBetaGeoModel, "pareto-nbd": clv.ParetoNBDModel}.items():
        for method in ["map"] + (["mcmc"] if nuts and model == "bg-nbd" else []):
            try:
                seconds, _ = timed(lambda: cls(data=data).fit(method=method, progressbar=False), 1)
            except Exception as error:
                say(program="pymc-marketing " + method, model=model, what="fit", customers=n, error=str(error).strip().split("\n")[0][:80])
                continue
            say(program="pymc-marketing " + ("MAP" if method == "map" else "NUTS"), model=model, what="fit", customers=n, seconds=seconds)


if __name__ == "__main__":
    which, folder, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
    for size in (2357, 10_000, 100_000, 1_000_000):
        if size > limit:
            break
        frame = pd.read_csv(f"{folder}/{size}.csv")
        if which == "lifetimes":
            lifetimes(frame, size)
        else:
            pymc(frame, size, nuts=size <= 2357)
