package sandbox

import (
	"os/exec"
	"slices"
	"testing"
	"time"
)

// bwrapArgs gives bubblewrap the same namespaces and mounts as ours, as far as it has them.
func bwrapArgs() []string {
	args := []string{"--unshare-all", "--uid", "1000", "--gid", "1000", "--hostname", "sandbox", "--die-with-parent",
		"--new-session", "--clearenv", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"}
	for _, m := range System() {
		switch m.Kind {
		case Symlink:
			args = append(args, "--symlink", m.Src, m.Dst)
		case ReadOnly:
			args = append(args, "--ro-bind-try", m.Src, m.Dst)
		}
	}
	return append(args, "--remount-ro", "/", "/bin/true")
}

// BenchmarkStart measures a program that does nothing from start to end: alone, in this sandbox,
// in one of a pool's, and in bubblewrap's. They take turns, so that a change of the machine's mood
// meets all. What the pool does before it is asked is not measured.
func BenchmarkStart(b *testing.B) {
	needSandbox(b)
	policy := &Policy{Mounts: System()}
	pool := NewPool(1)
	defer pool.Close()
	variants := []struct {
		name string
		run  func() error
	}{
		{"plain", func() error { return exec.Command("/bin/true").Run() }},
		{"sandbox", func() error {
			_, err := (&Cmd{Path: "/bin/true", Policy: policy}).Run(b.Context())
			return err
		}},
		{"warm", func() error {
			_, err := (&Cmd{Path: "/bin/true", Policy: policy, Pool: pool}).Run(b.Context())
			return err
		}},
		{"bwrap", func() error { return exec.Command("bwrap", bwrapArgs()...).Run() }},
	}
	if _, err := exec.LookPath("bwrap"); err != nil {
		b.Logf("without bubblewrap: %v", err)
		variants = variants[:3]
	}
	times := make([][]time.Duration, len(variants))
	for b.Loop() {
		for i, v := range variants {
			if v.name == "warm" {
				fill(pool, *policy)
			}
			start := time.Now()
			if err := v.run(); err != nil {
				b.Fatalf("%s: %v", v.name, err)
			}
			times[i] = append(times[i], time.Since(start))
			if v.name == "warm" {
				settle(pool)
			}
		}
	}
	medians := make([]float64, len(variants))
	for i, v := range variants {
		slices.Sort(times[i])
		medians[i] = float64(times[i][len(times[i])/2].Microseconds()) / 1000
		b.ReportMetric(medians[i], v.name+"-ms")
	}
	b.ReportMetric(medians[1]/medians[0], "×plain")
	b.ReportMetric(medians[2]/medians[0], "warm×plain")
	if len(medians) > 3 {
		b.ReportMetric(medians[1]/medians[3], "×bwrap")
		b.ReportMetric(medians[2]/medians[3], "warm×bwrap")
	}
	b.ReportMetric(0, "ns/op")
}
