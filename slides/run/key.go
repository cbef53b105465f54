package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// keyVersion changes whenever a result of an earlier version must not be taken for one of this.
const keyVersion = "slidexec result 1"

// hashOf names something by everything that it is made from.
func hashOf(parts ...any) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%T %q\n", p, fmt.Sprintf("%v", p))
	}
	return hex.EncodeToString(h.Sum(nil)[:20])
}

// key names the result of a snippet: the program, how it is run, with what, and on what. files is
// the fingerprint of the deck's folder.
func (j *job) key(files string) string {
	return hashOf(keyVersion, j.s.Code, j.plan.lang.Name, j.s.Exec.Executor, j.plan.steps, j.plan.lang.Builder,
		j.plan.stamp(), j.env(j.plan.lang.Env, j.s.Env, grantedEnv(j.with.Allow)), j.r.policy(j.with),
		j.with.Allow.Strings(), grantedFiles(j.with.Allow), j.r.o.NoSandbox, j.r.system, files)
}
