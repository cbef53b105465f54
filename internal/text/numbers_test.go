package text

import "testing"

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "no errors", 1: "1 error", 2: "2 errors", 1000: "1000 errors"} {
		if got := Count(n, "error"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestSize(t *testing.T) {
	for n, want := range map[int64]string{0: "0 bytes", 1: "1 byte", 1023: "1023 bytes", 1024: "1 KiB", 1536: "1.5 KiB", 64 << 20: "64 MiB",
		1<<20 - 1: "1 MiB", 1<<20 - 100: "1023.9 KiB", 1_000_000: "976.6 KiB", 3 << 29: "1.5 GiB", 1 << 62: "4 EiB"} {
		if got := Size(n); got != want {
			t.Errorf("Size(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 12_034_005: "12,034,005"} {
		if got := Thousands(n); got != want {
			t.Errorf("Thousands(%d) = %q, want %q", n, got, want)
		}
	}
}
