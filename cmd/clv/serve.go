package main

import (
	"net"
	"os"
	"time"

	"github.com/urfave/cli/v2"

	"github.com/predictive-clv/clv/serve"
)

// tokenVariable names the environment variable with the bearer token: on the
// command line every user of the machine could read it.
const tokenVariable = "CLV_TOKEN"

func serveCommand() *cli.Command {
	return &cli.Command{
		Name:  "serve",
		Usage: "answer over HTTP what the model says about customers",
		Description: `A small service for one model file. It keeps no customers: send the state of a
customer, and orders that are new, as clv score reads them, and get the score
and the new state.

  POST /v1/score      one customer
  POST /v1/scores     many: {"at":"2025-12-31","customers":[…]}
  GET  /v1/model, /openapi.json, /healthz, /readyz, /metrics

When the model file is replaced the new one is used from the next request on;
one that cannot be loaded leaves the old one in use, and /readyz and the metrics
say why. Ctrl-C or SIGTERM lets requests that have begun end. If the environment
variable CLV_TOKEN is set, requests must carry it: Authorization: Bearer ….
There is no TLS: put a proxy in front where the network is not yours.

With --check the model file is loaded and verified, and that is all.

  $ clv serve --model-file model.json
  $ clv serve --model-file model.json --addr 127.0.0.1:8081 --horizon 90d
  $ clv serve --model-file model.json --check`,
		Flags: append([]cli.Flag{modelFileFlag(),
			&cli.StringFlag{Name: "addr", Value: "127.0.0.1:8080", Usage: "`ADDRESS` where to listen; :8080 for all networks, port 0 for any free one"},
			&cli.DurationFlag{Name: "poll", Value: time.Second, Usage: "`TIME` how often to look for a new model file"},
			&cli.Int64Flag{Name: "max-body", Value: 4 << 20, Usage: "`BYTES` largest request"},
			&cli.IntFlag{Name: "max-batch", Value: 10_000, Usage: "`NUMBER` most customers of a request"},
			&cli.DurationFlag{Name: "grace", Value: 15 * time.Second, Usage: "`TIME` for requests to end after Ctrl-C or SIGTERM"},
			&cli.BoolFlag{Name: "check", Usage: "load and verify the model file and stop"},
		}, scoreFlags()...),
		Action: act(serveModel),
	}
}

func serveModel(c *cli.Context, w *words) error {
	defaults, err := scoreDefaults(c, w)
	if err != nil {
		return err
	}
	if c.Duration("poll") <= 0 || c.Int64("max-body") <= 0 || c.Int("max-batch") <= 0 || c.Duration("grace") < 0 {
		return usagef("--poll, --max-body and --max-batch must be positive, --grace not negative")
	}
	path, err := required(c, "model-file", "the model that clv fit wrote")
	if err != nil {
		return err
	}
	s, err := serve.New(path, &serve.Options{Token: os.Getenv(tokenVariable), MaxBody: c.Int64("max-body"), MaxBatch: c.Int("max-batch"),
		Defaults: defaults})
	if err != nil {
		return err
	}
	f := s.Scorer().File()
	w.say("model", f.Purchase.Model, "%s: %s, fitted to %s, %d checks met\n", path, f.Purchase.Model, counted(f.Customers, "customer"), len(f.Checks))
	if c.Bool("check") {
		return nil
	}
	sayNotCausal(w)
	l, err := net.Listen("tcp", c.String("addr"))
	if err != nil {
		return err
	}
	if ip := l.Addr().(*net.TCPAddr).IP; !ip.IsLoopback() && os.Getenv(tokenVariable) == "" {
		w.say("open", true, "warning: %s is not set, and everybody who reaches %v gets answers\n", tokenVariable, l.Addr())
	}
	w.say("address", l.Addr().String(), "serving on http://%v\n", l.Addr())
	go s.Watch(c.Context, c.Duration("poll"))
	if err := serve.Run(c.Context, l, s, c.Duration("grace")); err != nil {
		return err
	}
	w.say("ended", true, "ended\n")
	return nil
}
