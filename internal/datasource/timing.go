package datasource

import (
	"slices"
	"time"

	"octavo/internal/errs"
)

// Refresh says when data is fetched.
type Refresh struct {
	Mode      string   `json:"mode"`                 // interval, times, cron, never
	IntervalS int      `json:"interval_s,omitempty"` // of mode interval: seconds, 60 to a year
	Times     []string `json:"times,omitempty"`      // of mode times: of day, as 06:30
	Cron      string   `json:"cron,omitempty"`       // of mode cron: minute, hour, day of the month, month, day of the week
	Days      []string `json:"days,omitempty"`       // of modes interval and times: mon to sun; none = all
	Window    *Window  `json:"window,omitempty"`     // of mode interval; nil = the whole day
	Zone      string   `json:"timezone,omitempty"`   // IANA; "" = that of the account
	Policy    string   `json:"policy,omitempty"`     // always, active_only; "" = that of the account
}

// Window is a part of each day. One that ends before it begins goes over midnight.
type Window struct {
	From string `json:"from"` // as 06:00
	To   string `json:"to"`   // not part of it
}

const (
	modeNever    = "never"
	modeInterval = "interval"
	modeTimes    = "times"
	modeCron     = "cron"

	// PolicyAlways fetches as planned; PolicyActive only while somebody is in the account.
	PolicyAlways = "always"
	PolicyActive = "active_only"
)

// Bounds of a schedule.
const (
	leastInterval = 60
	mostInterval  = 366 * 24 * 3600
	maxTimes      = 24
)

var dayNames = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"} // as time.Weekday counts

// every makes the schedule of an interval in seconds; 0 = never. Code bad_schedule.
func every(seconds int) (Refresh, error) {
	if seconds == 0 {
		return Refresh{Mode: modeNever}, nil
	}
	return Refresh{Mode: modeInterval, IntervalS: seconds}.checked()
}

// checked gives a schedule without what its mode has no use for, and refuses what cannot be. Code bad_schedule.
func (r Refresh) checked() (Refresh, error) {
	out := Refresh{Mode: r.Mode, Zone: r.Zone, Policy: r.Policy}
	if _, err := time.LoadLocation(r.Zone); err != nil || r.Zone == "Local" {
		return out, badSchedule("timezone", "there is no such time zone")
	}
	if !slices.Contains([]string{"", PolicyAlways, PolicyActive}, r.Policy) {
		return out, badSchedule("policy", "data is fetched always, or while somebody is in the account")
	}
	switch r.Mode {
	case modeNever:
		out.Zone, out.Policy = "", ""
		return out, nil
	case modeInterval:
		out.IntervalS, out.Window = r.IntervalS, r.Window
		if r.IntervalS < leastInterval || r.IntervalS > mostInterval {
			return out, badSchedule("interval_s", "an interval is from a minute to a year")
		}
		if r.Window != nil && (minuteOf(r.Window.From) < 0 || minuteOf(r.Window.To) < 0 || r.Window.From == r.Window.To) {
			return out, badSchedule("window", "a window goes from one time of day to another, as 06:00 to 20:00")
		}
	case modeTimes:
		out.Times = slices.Compact(slices.Sorted(slices.Values(r.Times)))
		if len(out.Times) == 0 || len(out.Times) > maxTimes || slices.ContainsFunc(out.Times, func(t string) bool { return minuteOf(t) < 0 }) {
			return out, badSchedule("times", "there are 1 to 24 times of day, as 06:30")
		}
	case modeCron:
		out.Cron = r.Cron
		c, err := parseCron(r.Cron)
		if err != nil {
			return out, err
		}
		if c.next(0, time.UTC) == 0 {
			return out, badSchedule("cron", "there is no such day")
		}
		return out, nil
	default:
		return out, badSchedule("mode", "data is fetched never, at an interval, at times of day or by cron")
	}
	for i, name := range dayNames[1:] {
		if slices.Contains(r.Days, name) {
			out.Days = append(out.Days, dayNames[i+1])
		}
	}
	if slices.Contains(r.Days, dayNames[0]) {
		out.Days = append(out.Days, dayNames[0])
	}
	if len(out.Days) != len(r.Days) {
		return out, badSchedule("days", "days are mon, tue, wed, thu, fri, sat and sun, each once")
	}
	if len(out.Days) == len(dayNames) {
		out.Days = nil
	}
	return out, nil
}

func badSchedule(field, reason string) error {
	return errs.Newf(errs.Invalid, "bad_schedule", "Data cannot be fetched at these times: %s.", reason).WithField(field).WithParams(map[string]any{"reason": reason})
}

// planned says whether data is fetched by itself.
func (r Refresh) planned() bool { return r.Mode != "" && r.Mode != modeNever }

// interval in milliseconds; 0 = there is none.
func (r Refresh) interval() int64 {
	if r.Mode != modeInterval {
		return 0
	}
	return int64(r.IntervalS) * 1000
}

// onDay says whether data is fetched on a day of the week.
func (r Refresh) onDay(day time.Weekday) bool {
	return len(r.Days) == 0 || slices.Contains(r.Days, dayNames[day])
}

func (w *Window) from() int { return minuteOf(w.From) }

// has says whether a minute of the day is in the window.
func (w *Window) has(minute int) bool {
	from, to := minuteOf(w.From), minuteOf(w.To)
	if from < to {
		return minute >= from && minute < to
	}
	return minute >= from || minute < to
}

// length of the window in milliseconds.
func (w *Window) length() int64 {
	return mod(int64(minuteOf(w.To)-minuteOf(w.From)), 24*60) * time.Minute.Milliseconds()
}

// minuteOf is the minute of the day of a time such as 06:30; -1 for what is none.
func minuteOf(text string) int {
	t, err := time.Parse("15:04", text)
	if err != nil || len(text) != len("15:04") {
		return -1
	}
	return t.Hour()*60 + t.Minute()
}
