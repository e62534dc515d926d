package db

// Groups is how many transactions of Together are written at a time.
func (d *DB) Groups() int { return d.groups() }

// Waiting is how many changes wait for the next one.
func (d *DB) Waiting() int {
	d.group.mu.Lock()
	defer d.group.mu.Unlock()
	return len(d.group.waiting)
}

// Same says whether two changes are in one transaction.
func (t *Tx) Same(o *Tx) bool { return t.tx == o.tx }

// Ready gives a statement as the engine gets it with these values, and what is bound.
func (t *Tx) Ready(text string, args Args) (string, []any, error) {
	s, values, err := t.ready(text, args)
	return s.text, values, err
}
