package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/predictive-clv/clv/history"
	"github.com/predictive-clv/clv/serve"
)

// The models that the service changes between while it is under load.
var serviceModels = []string{"testdata/model.json", "serve/testdata/pareto.json"}

const serviceReloads = 100

// runService serves a model file until standard input ends; it is the other
// process of benchService.
func runService(path string) {
	s, err := serve.New(path, nil)
	if err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	ctx, cancel := context.WithCancel(context.Background())
	go func() { io.Copy(io.Discard, os.Stdin); cancel() }()
	go s.Watch(ctx, 10*time.Millisecond)
	if err := serve.Run(ctx, l, s, time.Second); err != nil {
		log.Fatal(err)
	}
}

// benchService loads a service in another process on the same cores: every
// connection sends its next request when the last is answered. It prints the
// throughput and the latencies with one customer a request, the same while the
// model file is replaced again and again, and with a thousand a request.
func benchService(connections int, length time.Duration) error {
	dir, err := os.MkdirTemp("", "clv-service")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "model.json")
	if err := replaceModel(path, 0); err != nil {
		return err
	}
	address, stop, err := startService(path)
	if err != nil {
		return err
	}
	defer stop()
	single, batch := serviceRequests()
	fmt.Printf("%s, %d connections, %v each, service and generator on the same cores\n\n", processor(), connections, length)
	fmt.Println("| load | requests/s | customers/s | p50 ms | p99 ms | p99.9 ms | errors |")
	fmt.Println("|---|---:|---:|---:|---:|---:|---:|")
	sendAll(address, connections, time.Second, single) // warm
	report("one customer a request", sendAll(address, connections, length, single), length, 1)
	ended := make(chan error, 1)
	go func() {
		var err error
		for i := 1; i <= serviceReloads && err == nil; i++ {
			err = replaceModel(path, i)
			time.Sleep(length / (serviceReloads + 10))
		}
		ended <- err
	}()
	report(fmt.Sprintf("the same, model file replaced %d times", serviceReloads), sendAll(address, connections, length, single), length, 1)
	if err := <-ended; err != nil {
		return err
	}
	report("1,000 customers a request", sendAll(address, connections, length, batch), length, 1000)
	return printLoads(address)
}

func startService(path string) (address string, stop func(), err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	cmd := exec.Command(self, "-case", "service/"+path)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	if err := cmd.Start(); err != nil {
		return "", nil, err
	}
	address, err = bufio.NewReader(out).ReadString('\n')
	return strings.TrimSpace(address), func() { in.Close(); cmd.Wait() }, err
}

func replaceModel(path string, i int) error {
	text, err := os.ReadFile(serviceModels[i%len(serviceModels)])
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// serviceRequests returns requests for customers with up to twenty purchases,
// one each and a thousand each.
func serviceRequests() (single, batch [][]byte) {
	rng := rand.New(rand.NewPCG(1, 1))
	cut, _ := history.ParseDate("2025-03-31")
	var customers []string
	for i := range 1000 {
		var s history.State
		for day := cut - history.Date(1+rng.IntN(400)); day <= cut && s.Purchases() < 20; day += 1 + history.Date(rng.IntN(90)) {
			if err := s.Apply(day, float64(rng.IntN(10000))/100); err != nil {
				log.Fatal(err)
			}
		}
		text, err := s.MarshalJSON()
		if err != nil {
			log.Fatal(err)
		}
		customers = append(customers, fmt.Sprintf(`{"id":"%d",%s`, i, text[1:]))
		single = append(single, request("/v1/score", strings.TrimSuffix(customers[i], "}")+`,"at":"2025-03-31"}`))
	}
	return single, [][]byte{request("/v1/scores", `{"at":"2025-03-31","customers":[`+strings.Join(customers, ",")+`]}`)}
}

func request(path, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: clv\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, len(body), body)
}

func report(name string, r loadResult, length time.Duration, customers int) {
	if len(r.times) == 0 {
		r.times = []float64{0}
	}
	at := func(q float64) float64 { return 1000 * r.times[int(q*float64(len(r.times)-1))] }
	rate := float64(len(r.times)) / length.Seconds()
	fmt.Printf("| %s | %.0f | %.0f | %.3f | %.3f | %.3f | %d |\n", name, rate, rate*float64(customers), at(0.5), at(0.99), at(0.999), r.errors)
}

// printLoads prints how many model files the service says it has loaded.
func printLoads(address string) error {
	r, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		return err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	for line := range strings.Lines(string(text)) {
		if loads, ok := strings.CutPrefix(line, `clv_model_loads_total{result="ok"} `); ok {
			fmt.Printf("\n%s model files loaded while serving.\n", strings.TrimSpace(loads))
			return nil
		}
	}
	return errors.New("the service does not say how many model files it loaded")
}
