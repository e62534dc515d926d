package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// The sizes of the made-up agency.
const (
	regions    = 12
	channels   = 5
	products   = 500
	customers  = 50_000
	categories = 20
	days       = 1096 // from firstDay on, three years
)

var firstDay = time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC)

func region(i int) string   { return fmt.Sprintf("Region %02d", i+1) }
func product(i int) string  { return fmt.Sprintf("P-%04d", i+1) }
func customer(i int) string { return fmt.Sprintf("C-%05d", i+1) }
func category(i int) string { return fmt.Sprintf("Category %02d", i+1) }

var channelNames = []string{"direct", "email", "partner", "search", "social"}

// writeData writes the orders, in the order in which they came in, and the
// products that they name. The same seed and rows give the same files.
func writeData(dir string, rows int, seed uint64) error {
	r := rand.New(rand.NewPCG(seed, 1))
	if err := writeFile(filepath.Join(dir, "products.csv"), func(w *bufio.Writer) {
		w.WriteString("Code,Category,List price\n")
		for i := range products {
			fmt.Fprintf(w, "%s,%s,%.2f\n", product(i), category(r.IntN(categories)), 2+200*r.Float64())
		}
	}); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, "orders.csv"), func(w *bufio.Writer) { writeOrders(w, r, rows) })
}

func writeFile(name string, write func(w *bufio.Writer)) error {
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	write(w)
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

func writeOrders(w *bufio.Writer, r *rand.Rand, rows int) {
	w.WriteString("Date,Region,Product,Customer,Channel,Amount,Units,Cost\n")
	var dates [days]string
	for i := range dates {
		dates[i] = firstDay.AddDate(0, 0, i).Format(time.DateOnly)
	}
	var line []byte
	for i := range rows {
		amount := 5 + 495*r.Float64()*r.Float64()
		line = append(line[:0], dates[i*days/rows]...)
		line = append(append(line, ','), region(r.IntN(regions))...)
		line = append(append(line, ','), product(skewed(r, products))...)
		line = append(append(line, ','), customer(skewed(r, customers))...)
		line = append(append(line, ','), channelNames[r.IntN(channels)]...)
		line = strconv.AppendFloat(append(line, ','), amount, 'f', 2, 64)
		line = strconv.AppendInt(append(line, ','), int64(1+r.IntN(20)), 10)
		line = append(line, ',')
		if r.IntN(20) > 0 { // the cost of every twentieth order is not known
			line = strconv.AppendFloat(line, amount*(0.3+0.6*r.Float64()), 'f', 2, 64)
		}
		w.Write(append(line, '\n'))
	}
}

// skewed takes low numbers more often, as a few products and customers make most orders.
func skewed(r *rand.Rand, n int) int {
	f := r.Float64()
	return int(f * f * float64(n))
}
