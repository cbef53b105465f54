package toolchain

import (
	"bytes"
	"context"
	"os/exec"
	"time"
)

// versionArgs are how commands say their version, where that is not --version. nil: they cannot.
var versionArgs = map[string][]string{
	"go": {"version"}, "java": {"-version"}, "lua": {"-v"}, "lua5.3": {"-v"}, "lua5.4": {"-v"}, "luajit": {"-v"}, "sh": nil,
	"perl": {"-e", `printf "perl %vd\n", $^V`}, "kotlinc": {"-version"},
}

// Version asks the tool for its version: the first line that it prints, "" if it prints none. It
// runs outside of any sandbox, being the user's own.
func (t Tool) Version(ctx context.Context) string {
	args, special := versionArgs[t.Name]
	if !special {
		args = []string{"--version"}
	}
	if args == nil {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, t.Host, args...)
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "LANG=C.UTF-8"}
	cmd.Dir = "/"
	cmd.WaitDelay = time.Second
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if cmd.Run() != nil {
		return ""
	}
	return firstLine(out.Bytes())
}
