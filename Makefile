# make demo    the tour, into clv-demo/
# make test    all tests
# make bench   benchmarks of the kernels
# make fuzz    every fuzz target for a minute (FUZZTIME=10s for less)
# make lint    static analysis at a pinned version
# make testdata    the simulated test data anew, by the commands that their README shows

STATICCHECK = honnef.co/go/tools/cmd/staticcheck@v0.8.2
FUZZTIME   ?= 60s

.PHONY: demo test bench fuzz lint testdata

demo:
	go run ./cmd/clv demo

test:
	go test ./...

bench:
	go test -run '^$$' -bench . -benchmem ./...

fuzz:
	@set -e; for pkg in $$(go list ./...); do \
		for target in $$(go test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "== $$pkg $$target"; \
			go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

lint:
	go vet ./...
	go run $(STATICCHECK) ./...

testdata:
	cd testdata && sed -n 's|^    \$$ clv |go run ../cmd/clv --quiet |p' README.md | sh -ex
	tmp=$$(mktemp -d) && go run ./cmd/clv --quiet demo --dir $$tmp && cp $$tmp/tracking.svg testdata/ && rm -r $$tmp
