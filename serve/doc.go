// Package serve answers over HTTP what a model says about customers. A [Server]
// is an http.Handler, to be mounted in a service or run by [Run] as clv serve
// does; [Question] and [Answer] are the JSON that goes in and out, for other
// transports too.
//
//	POST /v1/score     one customer
//	POST /v1/scores    many customers
//	GET  /v1/model     the model in use
//	GET  /openapi.json the description of all this, OpenAPI 3.1
//	GET  /healthz      200 as long as the process answers
//	GET  /readyz       200 with the state of the model; 503 when shutting down
//	GET  /metrics      for Prometheus
//
// A Server keeps no customers: the caller sends the state of a customer, and
// with it the orders that are new, and gets the new state back.
package serve
