package present

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/slidexec/slidexec/render/picture"
)

// TestSpread: what lies over rows is painted whole or not at all, also where it leaves the window.
func TestSpread(t *testing.T) {
	for _, tt := range []struct {
		row, height int
		marks, want string
	}{
		{1, 3, "..x..", ".xxx."},
		{1, 3, "x...x", "x...x"},
		{1, 3, "...x.", ".xxx."},
		{3, 4, "...x.", "...xx"},
		{3, 4, "..x..", "..x.."},
		{7, 2, "x...x", "x...x"},
	} {
		marks := make([]bool, len(tt.marks))
		for i, c := range tt.marks {
			marks[i] = c == 'x'
		}
		cover{row: tt.row, height: tt.height}.spread(marks)
		got := ""
		for _, m := range marks {
			got += map[bool]string{true: "x", false: "."}[m]
		}
		if got != tt.want {
			t.Errorf("rows %d to %d over %s: %s, want %s", tt.row, tt.row+tt.height, tt.marks, got, tt.want)
		}
	}
}

// TestSent: the terminal keeps pictures within a bound. Those that were not shown for the longest time go first, and what
// is shown stays in any case.
func TestSent(t *testing.T) {
	c := canvas{}
	pictures := make([]shown, 5)
	for i := range pictures {
		data := bytes.Repeat([]byte{byte('a' + i)}, maxSent/4)
		pictures[i] = shown{Drawn: &picture.Drawn{Images: []picture.Sent{{ID: uint32(100 + i), Data: data}}}}
	}
	step := func(show ...int) (sent, removed []int) {
		var images []shown
		for _, i := range show {
			images = append(images, pictures[i])
		}
		c.out.Reset()
		c.send(images)
		for i := range pictures {
			if bytes.Contains(c.out.Bytes(), pictures[i].Images[0].Data) {
				sent = append(sent, i)
			}
			if strings.Contains(c.out.String(), fmt.Sprintf("a=d,d=I,i=%d,", 100+i)) {
				removed = append(removed, i)
			}
		}
		return sent, removed
	}
	for i, tt := range []struct{ show, sent, removed []int }{
		{[]int{0}, []int{0}, nil},
		{[]int{1}, []int{1}, nil},
		{[]int{2}, []int{2}, nil},
		{[]int{0}, nil, nil},
		{[]int{3}, []int{3}, nil},         // as much as may be
		{[]int{0, 4}, []int{4}, []int{1}}, // the oldest, and one is enough
		{[]int{1}, []int{1}, []int{2}},
		{[]int{0, 1, 2, 3, 4}, []int{2}, nil}, // all are shown
	} {
		sent, removed := step(tt.show...)
		if !slices.Equal(sent, tt.sent) || !slices.Equal(removed, tt.removed) {
			t.Fatalf("step %d: sent %v, removed %v, want %v and %v", i, sent, removed, tt.sent, tt.removed)
		}
	}
}
