"""What the embedded engine and pandas do with a log, for `go run ./benchmarks -ingest N`.

    ingest.py group|scan|pandas|parquet LOG TEMP-DIR MEMORY [OUT]
"""
import sys

what, log, temp, memory = sys.argv[1:5]


def engine():
    import duckdb

    db = duckdb.connect()
    db.execute(f"SET temp_directory = '{temp}'")
    if memory:
        db.execute(f"SET memory_limit = '{memory}'")
    return db, f"read_csv('{log}')" if log.endswith(".csv") else f"read_parquet('{log}')"


def group():
    db, rows = engine()
    db.execute(f"""CREATE TEMP TABLE summary AS
        SELECT customer_id, count(*), sum(amount), min(date), max(date) FROM {rows} GROUP BY customer_id""")


def scan():
    db, rows = engine()
    print(db.execute(f"SELECT count(*), sum(amount) FROM {rows}").fetchall())


def parquet():
    db, rows = engine()
    db.execute(f"COPY (SELECT * FROM {rows}) TO '{sys.argv[5]}' (FORMAT parquet)")


def pandas():
    import pandas as pd

    needed = ["customer_id", "date", "amount"]
    df = (pd.read_csv(log, usecols=needed, parse_dates=["date"]) if log.endswith(".csv")
          else pd.read_parquet(log, columns=needed))
    df["date"] = pd.to_datetime(df["date"])
    days = df.groupby(["customer_id", "date"], sort=True, as_index=False)["amount"].sum()
    by = days.groupby("customer_id")
    summary = pd.DataFrame({"frequency": by.size() - 1, "first": by["date"].min(), "last": by["date"].max(), "spend": by["amount"].sum()})
    summary["spend"] = (summary["spend"] - by["amount"].first()) / summary["frequency"]
    summary["recency"] = (summary["last"] - summary["first"]).dt.days / 7
    summary["T"] = (df["date"].max() - summary["first"]).dt.days / 7
    summary[["frequency", "recency", "T", "spend"]].to_csv(f"{temp}/pandas.csv")


globals()[what]()
