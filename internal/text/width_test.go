package text

import "testing"

func TestHeadTailCut(t *testing.T) {
	tests := []struct {
		in               string
		width            int
		head, tail, both string
	}{
		{"", 3, "", "", ""},
		{"abc", 3, "abc", "abc", "abc"},
		{"abcdef", 3, "abc", "def", "ab…"},
		{"日本語", 6, "日本語", "日本語", "日本語"},
		{"日本語", 5, "日本", "本語", "日本…"},
		{"日本語", 4, "日本", "本語", "日…"},
		{"e\u0301e\u0301e\u0301", 2, "e\u0301e\u0301", "e\u0301e\u0301", "e\u0301…"},
		{"👩\u200d👧xy", 3, "👩\u200d👧x", "xy", "👩\u200d👧…"},
		{"abc", 0, "", "", "…"},
	}
	for _, tt := range tests {
		if got := Head(tt.in, tt.width); got != tt.head {
			t.Errorf("Head(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.head)
		}
		if got := Tail(tt.in, tt.width); got != tt.tail {
			t.Errorf("Tail(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.tail)
		}
		if got := Cut(tt.in, tt.width); got != tt.both {
			t.Errorf("Cut(%q, %d) = %q, want %q", tt.in, tt.width, got, tt.both)
		}
	}
}
