# make demo    the tour, into clv-demo/
# make test    all tests
# make bench   the table of fits and predictions (MAX=10000000 for the largest) and of every quantity
# make bench-peers the field's other programs on the same files, ratios (installs them into a folder of their own)
# make bench-ingest the way of 10 million transactions beside the embedded engine and pandas (MILLIONS=100 for more, 15 GB)
# make bench-decisions every command on a log of a million customers
# make bench-serve the HTTP service under load on this machine (one minute)
# make micro   benchmarks of single functions
# make coverage  coverage of forecast intervals on 200 simulated worlds, half an hour
# make recovery  recovery of parameters and calibration on 1,000 simulated data sets
# make fuzz    every fuzz target for a minute (FUZZTIME=10s for less)
# make notebooks  executes the notebooks, after installing what they need into .tools/
# make lint    static analysis at a pinned version
# make docs    what the book shows of the program: outputs and the command reference
# make man     the manual page, clv.1
# make testdata    the simulated test data anew, by the commands that their README shows

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME   ?= 60s

MAX        ?= 1000000
MILLIONS   ?= 10

.PHONY: demo test bench bench-peers bench-ingest bench-decisions bench-serve micro coverage recovery fuzz notebooks lint docs man testdata

demo:
	go run ./cmd/clv demo

test:
	go test ./...

bench:
	go run ./benchmarks -max $(MAX)
	go run ./benchmarks -quantities

bench-peers:
	go run ./benchmarks -peers lifetimes -max $(MAX)
	go run ./benchmarks -peers pymc -max 10000

bench-ingest:
	go run ./benchmarks -ingest $(MILLIONS)

bench-decisions:
	go run ./benchmarks -decisions 1000000

bench-serve:
	go run ./benchmarks -serve

micro:
	go test -run '^$$' -bench . -benchmem ./...

coverage:
	CLV_COVERAGE=bg-nbd,pareto-nbd go test -run '^Test(Crowd)?Coverage$$' -v -timeout 3h ./forecast

recovery:
	MODELTEST=full go test -run Recovery -v -timeout 3h ./models/...

fuzz:
	@set -e; for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "== $$pkg $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

notebooks:
	notebooks/run.sh

lint:
	go vet ./...
	go run $(STATICCHECK) ./...

docs:
	go generate ./cmd/clv

man:
	go run ./cmd/clv man --out clv.1

testdata:
	cd testdata && sed -n 's|^    \$$ clv |go run ../cmd/clv --quiet |p' README.md | sh -ex
	tmp=$$(mktemp -d) && go run ./cmd/clv --quiet demo --dir $$tmp && cp $$tmp/tracking.svg testdata/ && rm -r $$tmp
