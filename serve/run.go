package serve

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// Run serves until the context ends, then refuses new connections and lets
// requests that have begun end, for up to grace. A client has ten seconds to
// send a request and another ten to take the answer.
func Run(ctx context.Context, l net.Listener, h http.Handler, grace time.Duration) error {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	if s, ok := h.(*Server); ok {
		s.Close()
	}
	limit, cancel := context.WithTimeout(context.WithoutCancel(ctx), grace)
	defer cancel()
	if err := server.Shutdown(limit); err != nil {
		return errors.Join(errors.New("some requests were still being answered"), server.Close())
	}
	return nil
}
