package transfer

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"octavo/internal/authz"
	"octavo/internal/errs"
)

// planLife is how long a plan that was shown can be carried out.
const planLife = 30 * time.Minute

// planID names what a person was shown, of what kind and when (UTC milliseconds). Who
// carries it out sends it back: if the same is not shown any more, it has another name.
func planID(kind string, who authz.Actor, issued int64, shown ...any) string {
	return strconv.FormatInt(issued, 36) + "-" + digest(kind, who.User, issued, shown)
}

// digest is a short hash over plain values.
func digest(values ...any) string {
	text, _ := json.Marshal(values) // plain values always marshal
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:16])
}

// issuedAt reads the time out of a plan's name and refuses old ones. Code plan_changed.
func issuedAt(plan string, now int64) (int64, error) {
	stamp, _, ok := strings.Cut(plan, "-")
	issued, err := strconv.ParseInt(stamp, 36, 64)
	if !ok || err != nil || issued > now || now-issued > planLife.Milliseconds() {
		return 0, planChanged()
	}
	return issued, nil
}

func planChanged() error {
	return errs.New(errs.Conflict, "plan_changed", "Something changed since you looked at it. Look at the list again, then confirm.")
}
