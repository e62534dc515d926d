package fetch

import (
	"net/http"
	"strconv"

	"octavo/internal/errs"
)

// How long a service is left alone that takes no more requests, in seconds.
const (
	leastWait   = 1
	usualWait   = 60
	longestWait = 24 * 3600
)

// Busy is the error of an answer that may be another one later, nil of all others: code service_limited of one that
// takes no more requests (429), with param retry_after_s, and service_failed of one that failed.
func Busy(resp *Response) error {
	params := map[string]any{"status": resp.Status}
	switch {
	case resp.Status == http.StatusTooManyRequests:
		params["retry_after_s"] = retryAfter(resp.Header)
		return errs.New(errs.Unavailable, "service_limited", "The service takes no more requests for now (429).").WithParams(params)
	case resp.Status >= 500 || resp.Status == http.StatusRequestTimeout:
		return errs.Newf(errs.Unavailable, "service_failed", "The service failed (%d).", resp.Status).WithParams(params)
	}
	return nil
}

// retryAfter reads how many seconds a server asks to wait: a number, or a moment beside that of its answer.
func retryAfter(h http.Header) int {
	text := h.Get("Retry-After")
	if n, err := strconv.Atoi(text); err == nil {
		return min(max(n, leastWait), longestWait)
	}
	at, err := http.ParseTime(text)
	from, err2 := http.ParseTime(h.Get("Date"))
	if err != nil || err2 != nil {
		return usualWait
	}
	return min(max(int(at.Sub(from).Seconds()), leastWait), longestWait)
}
