// Package metrics counts what a server does and gives it to Prometheus.
//
// Labels name routes, classes of status codes and parts of the process. They never
// name an account, a person or an asset: metrics leave the installation, and their
// number must not grow with its content.
package metrics

import (
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"octavo/internal/clock"
	"octavo/internal/db"
)

// Facts are what is known at the start and what is asked at each scrape.
type Facts struct {
	Version string
	Engine  string // "sqlite" or "postgres"
	Blobs   string // scheme of the store of files
	Pools   func() []db.Pool
	Clock   clock.Clock
}

// Metrics are the numbers of one process. Safe for concurrent use.
type Metrics struct {
	registry *prometheus.Registry
	seconds  *prometheus.HistogramVec
	inFlight prometheus.Gauge
	fetched  *prometheus.HistogramVec
	waited   *prometheus.HistogramVec
	failed   *prometheus.CounterVec
	clock    clock.Clock
}

// buckets are seconds, from an answer out of memory to a large import.
var buckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10, 60}

// fetchBuckets are seconds, from a small answer nearby to the longest refresh.
var fetchBuckets = []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 300, 600}

// New makes the numbers, all at zero.
func New(f Facts) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(), clock: f.Clock,
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "octavo_http_request_duration_seconds", Buckets: buckets,
			Help: "Time from the head of a request to the end of its answer, by route and class of the status code.",
		}, []string{"route", "status"}),
		inFlight: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "octavo_http_requests_in_flight", Help: "Requests that are being answered.",
		}),
		fetched: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "octavo_refresh_duration_seconds", Buckets: fetchBuckets,
			Help: "Time that refreshes of data sources took, by connector and outcome.",
		}, []string{"connector", "outcome"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "octavo_refresh_wait_seconds", Buckets: fetchBuckets,
			Help: "Time from when a refresh was due or asked for to its begin, by connector.",
		}, []string{"connector"}),
		failed: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "octavo_refresh_errors_total", Help: "Refreshes that brought nothing or were put off, by connector and code of the error.",
		}, []string{"connector", "code"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "octavo_build_info", Help: "Always 1; the labels say what runs.",
		ConstLabels: prometheus.Labels{"version": f.Version, "go": runtime.Version(), "engine": f.Engine, "blobs": f.Blobs},
	})
	build.Set(1)
	m.registry.MustRegister(m.seconds, m.inFlight, m.fetched, m.waited, m.failed, build, pools{f.Pools}, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Begin counts a request that has come; the caller ends it with its route and status.
// A route is a pattern of the program, "" for a request that reached none.
func (m *Metrics) Begin() (end func(route string, status int)) {
	m.inFlight.Inc()
	begin := m.clock.Now()
	return func(route string, status int) {
		m.inFlight.Dec()
		if route == "" {
			route = "none"
		}
		m.seconds.WithLabelValues(route, class(status)).Observe(m.clock.Now().Sub(begin).Seconds())
	}
}

// Fetched counts a refresh that has ended. code is that of its error, "" when there is none.
func (m *Metrics) Fetched(connector, outcome, code string, waited, took time.Duration) {
	m.fetched.WithLabelValues(connector, outcome).Observe(took.Seconds())
	m.waited.WithLabelValues(connector).Observe(waited.Seconds())
	if code != "" {
		m.failed.WithLabelValues(connector, code).Inc()
	}
}

// class is the first digit of a status code; who has written nothing has said 200.
func class(status int) string {
	if status == 0 {
		status = http.StatusOK
	}
	return strconv.Itoa(status/100) + "xx"
}

// Handler answers a scrape.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.HTTPErrorOnError})
}

// pools tells of the connections to the database, asked at each scrape.
type pools struct{ stats func() []db.Pool }

var (
	connections = prometheus.NewDesc("octavo_db_connections", "Open connections to the database, by pool and what they do.", []string{"pool", "state"}, nil)
	limit       = prometheus.NewDesc("octavo_db_connections_limit", "Most connections that a pool opens.", []string{"pool"}, nil)
	waits       = prometheus.NewDesc("octavo_db_waits_total", "Times that somebody had to wait for a connection.", []string{"pool"}, nil)
	waited      = prometheus.NewDesc("octavo_db_wait_seconds_total", "Time waited for connections.", []string{"pool"}, nil)
)

// Describe is for the registry.
func (pools) Describe(to chan<- *prometheus.Desc) {
	to <- connections
	to <- limit
	to <- waits
	to <- waited
}

// Collect is for the registry.
func (p pools) Collect(to chan<- prometheus.Metric) {
	for _, s := range p.stats() {
		to <- prometheus.MustNewConstMetric(connections, prometheus.GaugeValue, float64(s.InUse), s.Name, "used")
		to <- prometheus.MustNewConstMetric(connections, prometheus.GaugeValue, float64(s.Idle), s.Name, "idle")
		to <- prometheus.MustNewConstMetric(limit, prometheus.GaugeValue, float64(s.Limit), s.Name)
		to <- prometheus.MustNewConstMetric(waits, prometheus.CounterValue, float64(s.Waits), s.Name)
		to <- prometheus.MustNewConstMetric(waited, prometheus.CounterValue, s.Waited.Seconds(), s.Name)
	}
}
