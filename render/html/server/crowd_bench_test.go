package server

import (
	"bufio"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slidexec/slidexec/slides"
)

// BenchmarkCrowd measures how long a speaker's window waits for what a program prints while many follow,
// on the same machine: all of them read what they get. The crowd reads from other cores where there are
// some.
func BenchmarkCrowd(b *testing.B) {
	for _, bench := range []struct {
		followers int
		points    bool // the pointer moves sixty times a second
	}{{0, false}, {100, false}, {500, false}, {500, true}} {
		n, name := bench.followers, fmt.Sprintf("%d followers", bench.followers)
		if bench.points {
			name += " and a pointer"
		}
		b.Run(name, func(b *testing.B) {
			s, page := with(b, three("Two"))
			from := "/follow/events?since=" + stateOf(page)
			for range n {
				req, err := http.NewRequest("GET", s.url+from, nil)
				if err != nil {
					b.Fatal(err)
				}
				req.AddCookie(&http.Cookie{Name: s.srv.cookie(following), Value: s.srv.token(following)})
				r, err := s.client.Transport.RoundTrip(req)
				if err != nil || r.StatusCode != http.StatusOK {
					b.Fatal(err, r.Status)
				}
				defer r.Body.Close()
				go func() {
					for lines := bufio.NewReader(r.Body); ; {
						if _, err := lines.ReadSlice('\n'); err != nil {
							return
						}
					}
				}()
			}
			events, _ := s.listen(stateOf(page))
			s.want(events, "hello")
			if bench.points {
				stop := make(chan struct{})
				var pointing sync.WaitGroup
				defer pointing.Wait()
				defer close(stop)
				pointing.Go(func() {
					for frame := time.NewTicker(time.Second / 60); ; {
						select {
						case <-stop:
							frame.Stop()
							return
						case at := <-frame.C:
							s.post("/stage", fmt.Sprintf(`{"pointer":[0.5,%.4f]}`, float64(at.Nanosecond())/1e9))
						}
					}
				})
			}
			var times []time.Duration
			i := 0
			for b.Loop() {
				i++
				line := fmt.Sprintf("line %d", i)
				began := time.Now()
				s.events <- slides.Ran{Key: "key-who", Result: slides.Result{State: slides.Running, Log: []slides.Chunk{{Data: []byte(strings.Repeat("x", 200) + line)}}}}
				for {
					if e := <-events; e.name == "output" && strings.Contains(e.data, line) {
						break
					}
				}
				times = append(times, time.Since(began))
				time.Sleep(time.Until(began.Add(40 * time.Millisecond))) // as often as a program's output is drawn
			}
			slices.Sort(times)
			b.ReportMetric(float64(times[len(times)/2].Microseconds()), "µs-median")
			b.ReportMetric(float64(times[len(times)*99/100].Microseconds()), "µs-p99")
			b.ReportMetric(0, "ns/op")
		})
	}
}
