package permit

import (
	"path"
	"slices"
	"strings"

	"github.com/slidexec/slidexec/internal/files"
)

// secretDirs are folders that hold credentials, by their last one or two names.
var secretDirs = []string{
	".aws", ".azure", ".docker", ".gcloud", ".gnupg", ".kube", ".oci", ".password-store", ".ssh", ".terraform.d",
	".config/gcloud", ".config/gh", ".config/hub", ".config/op", ".config/rclone", ".config/glab-cli", ".config/doctl",
}

// SecretDir reports whether the folder at a path holds credentials, by its name.
func SecretDir(at string) bool {
	at = strings.ToLower(at)
	return slices.Contains(secretDirs, path.Base(at)) || slices.Contains(secretDirs, lastTwo(at))
}

// secretFiles are files that hold credentials, by their last one or two names.
var secretFiles = []string{
	".netrc", "_netrc", ".npmrc", ".yarnrc.yml", ".pypirc", ".git-credentials", ".pgpass", ".my.cnf", ".mylogin.cnf",
	".htpasswd", ".vault-token", ".dockercfg", ".dockerconfigjson", ".s3cfg", ".boto", ".terraformrc", "kubeconfig",
	"credentials", "credentials.json", "credentials.toml", "credentials.yaml", "credentials.yml", "credentials.tfrc.json",
	"secrets.json", "secrets.toml", "secrets.yaml", "secrets.yml", "auth.json", "client_secret.json",
	".m2/settings.xml", ".gradle/gradle.properties", ".bundle/config", ".streamlit/secrets.toml",
}

// secretEndings are those of files that hold keys, passwords or the values of everything.
var secretEndings = []string{".p12", ".pfx", ".jks", ".keystore", ".kdbx", ".tfstate", ".tfvars", ".ovpn"}

// keyEndings are those of files that hold private keys or public things.
var keyEndings = []string{".pem", ".key", ".ppk", ".asc"}

// harmless are the endings of examples of files that would hold secrets.
var harmless = []string{".example", ".sample", ".template", ".dist"}

// Secret reports whether a file holds secrets, by its path and by how it begins; with a nil head,
// whether a folder does. What cannot be read, of which head returns nil, may be a key.
func Secret(at string, head func() []byte) bool {
	if head == nil {
		return SecretDir(at)
	}
	return secretFile(at, head)
}

// SecretFile reports whether the file at a path holds secrets, by its name and, for keys and
// certificates that share their endings, by what is in it.
func SecretFile(at string) bool { return secretFile(at, func() []byte { return headOf(at) }) }

func secretFile(at string, head func() []byte) bool {
	low := strings.ToLower(at)
	name, ending := path.Base(low), path.Ext(low)
	switch {
	case slices.Contains(secretFiles, name), slices.Contains(secretFiles, lastTwo(low)), slices.Contains(secretEndings, ending):
		return true
	case strings.Contains(low, "/.git/") && (name == "config" || name == "config.worktree" || name == "fetch_head"):
		return true // addresses of remotes carry tokens
	case strings.HasPrefix(name, ".env"):
		// .env, .env.local, .env-prod, .envrc, and not .environment
		rest := name[len(".env"):]
		return (rest == "" || rest == "rc" || strings.ContainsRune("._-", rune(rest[0]))) && !slices.Contains(harmless, ending)
	case strings.HasPrefix(name, "id_") && ending != ".pub", slices.Contains(keyEndings, ending):
		return isPrivateKey(head())
	}
	return false
}

// lastTwo returns the last two names of a path.
func lastTwo(at string) string {
	return path.Join(path.Base(path.Dir(at)), path.Base(at))
}

// isPrivateKey looks for one at the beginning of a file; an unreadable file counts as having one.
func isPrivateKey(head []byte) bool {
	s := string(head)
	return head == nil || strings.Contains(s, "PRIVATE KEY") || strings.HasPrefix(s, "PuTTY-User-Key-File")
}

// headOf returns how a file begins, nil where that cannot be read.
func headOf(at string) []byte {
	f, err := files.OpenPlain(at)
	if err != nil {
		return nil
	}
	defer f.Close()
	return files.Head(f)
}
