package serve_test

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/predictive-clv/clv/serve"
)

// A Server is mounted in a service of one's own, beside other handlers.
func ExampleServer() {
	scores, err := serve.New("../testdata/model.json", nil)
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/clv/", http.StripPrefix("/clv", scores))
	shop := httptest.NewServer(mux)
	defer shop.Close()

	r, err := http.Post(shop.URL+"/clv/v1/score", "application/json", strings.NewReader(
		`{"id":"ada","first":"2024-01-03","last":"2025-03-02","count":5,"money":140,"at":"2025-03-31","horizon":"4w"}`))
	if err != nil {
		log.Fatal(err)
	}
	defer r.Body.Close()
	answer, err := io.ReadAll(r.Body)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(r.Status, string(answer[:21]), "…")

	// Output:
	// 200 OK {"id":"ada","p_alive" …
}
