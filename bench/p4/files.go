package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"
)

// Formats, in the order of the report; the file of each is "orders." and its name.
var formats = []string{"csv", "jsonl", "json"}

// order is a row of the files.
type order struct {
	ID       int     `json:"id"`
	Day      string  `json:"day"`
	Region   string  `json:"region"`
	Customer string  `json:"customer"`
	Channel  string  `json:"channel"`
	Amount   float64 `json:"amount"`
	Units    int     `json:"units"`
	Note     string  `json:"note"`
}

// orders makes rows by seed, as they come into a shop: dates ascend, few regions, many
// customers, notes that are mostly the same and now and then need quotes.
type orders struct {
	r *rand.Rand
	n int
}

func (o *orders) next() order {
	o.n++
	notes := []string{"paid", "paid", "paid", "open", "sent, not paid", `said "later"`, "Köln"}
	return order{
		ID: 100_000 + o.n, Day: time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, o.n/1500).Format(time.DateOnly),
		Region: fmt.Sprintf("Region %d", o.r.IntN(12)), Customer: fmt.Sprintf("C%06d", o.r.IntN(50_000)),
		Channel: []string{"shop", "email", "ads", "partner", "phone"}[o.r.IntN(5)],
		Amount:  float64(o.r.IntN(1_000_000)) / 100, Units: 1 + o.r.IntN(20), Note: notes[o.r.IntN(len(notes))],
	}
}

// writeFile writes so many bytes of orders in a format and gives the number of rows.
func writeFile(dir, format string, bytes int64, seed uint64) (rows int, err error) {
	f, err := os.Create(filepath.Join(dir, "orders."+format))
	if err != nil {
		return 0, err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	o := &orders{r: rand.New(rand.NewPCG(seed, 4))}
	n := int64(0)
	start, between, end := "", "\n", "\n"
	switch format {
	case "csv":
		start = "id,day,region,customer,channel,amount,units,note\n"
	case "json":
		start, between, end = "[", ",\n", "]\n"
	}
	w.WriteString(start) // errors stay until Flush
	for ; n < bytes; rows++ {
		if rows > 0 {
			w.WriteString(between)
		}
		line, err := writeOrder(format, o.next())
		if err != nil {
			return 0, err
		}
		w.Write(line)
		n += int64(len(line) + len(between))
	}
	w.WriteString(end)
	if err := w.Flush(); err != nil {
		return 0, err
	}
	return rows, f.Close()
}

func writeOrder(format string, o order) ([]byte, error) {
	if format != "csv" {
		return json.Marshal(o)
	}
	note := o.Note
	switch note {
	case "sent, not paid":
		note = `"sent, not paid"`
	case `said "later"`:
		note = `"said ""later"""`
	}
	return fmt.Appendf(nil, "%d,%s,%s,%s,%s,%.2f,%d,%s", o.ID, o.Day, o.Region, o.Customer, o.Channel, o.Amount, o.Units, note), nil
}
