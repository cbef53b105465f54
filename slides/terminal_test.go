package slides

import (
	"testing"

	"github.com/slidexec/slidexec/internal/budget"
)

func TestScreenText(t *testing.T) {
	s := &Screen{Cols: 80, Rows: 5, Lines: []string{"", "a\x1b[1mb\x1b[0m", "", "c", ""}, Back: []string{"earlier"}}
	if got, want := string(s.Text()), "\na\x1b[1mb\x1b[0m\n\nc\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := (&Screen{Lines: []string{"", ""}}).Text(); len(got) != 0 {
		t.Errorf("an empty screen has the text %q", got)
	}
}

// TestScreenCut: a screen counts as output, and gives way in parts.
func TestScreenCut(t *testing.T) {
	s := &Screen{Lines: []string{"1234567", "890"}, Back: []string{"earlier"}}
	r := Result{State: Done, Screen: s, Log: []Chunk{{Data: s.Text()}}}
	if got := r.Size(); got != 10+7+12 {
		t.Errorf("size %d", got)
	}
	for _, tt := range []struct {
		most         int
		back, screen bool
		text         string
		omitted      int64
	}{
		{29, true, true, "1234567\n890\n", 0},
		{28, false, true, "1234567\n890\n", 0},
		{22, false, true, "1234567\n890\n", 0},
		{21, false, false, "1234567\n890\n", 0},
		{12, false, false, "1234567\n890\n", 0},
		{5, false, false, "12345", 7},
	} {
		got := r.Cut(tt.most, budget.Output)
		if (got.Screen != nil) != tt.screen || got.Screen != nil && (len(got.Screen.Back) > 0) != tt.back ||
			string(got.Bytes()) != tt.text || got.Omitted != tt.omitted || got.Truncated != (tt.omitted > 0) {
			t.Errorf("cut to %d: %+v", tt.most, got)
		}
		if got.Size() > tt.most {
			t.Errorf("cut to %d, it has %d", tt.most, got.Size())
		}
	}
	if len(s.Back) == 0 || len(s.Lines) == 0 {
		t.Error("the cut changed the screen that others have")
	}
}
