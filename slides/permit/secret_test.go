package permit

import (
	"os"
	"path"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// with is a file that begins so.
func with(head string) func() []byte { return func() []byte { return []byte(head) } }

const openSSHKey = "-----BEGIN OPENSSH PRIVATE KEY-----\n"

func TestSecretRules(t *testing.T) {
	for _, r := range secretRules {
		content := ""
		if r.marks != nil {
			content = r.marks[0]
		}
		if !Secret("/x/"+r.example, with(content)) {
			t.Errorf("%s is shown, although %s", r.example, r.why)
		}
		if Secret("/x/"+r.harmless, with("")) {
			t.Errorf("%s is hidden", r.harmless)
		}
		for _, p := range r.patterns {
			if _, err := path.Match(p, "x"); err != nil {
				t.Errorf("%q: %v", p, err)
			}
		}
		if r.why == "" || r.example == "" || r.harmless == "" {
			t.Errorf("a rule without a reason or examples: %+v", r)
		}
		for _, name := range append(append(r.patterns, r.words...), r.dirs...) {
			if name != strings.ToLower(name) {
				t.Errorf("%q never matches: names are compared in lower case", name)
			}
		}
		if r.marks != nil && Secret("/x/"+r.example, with("nothing of the kind")) {
			t.Errorf("%s is hidden whatever is in it", r.example)
		}
		if r.marks != nil && !Secret("/x/"+r.example, func() []byte { return nil }) {
			t.Errorf("%s is shown although nobody could look into it", r.example)
		}
	}
}

func TestSecretFiles(t *testing.T) {
	for _, name := range strings.Fields(`.env .ENV .env.local .env-prod .env_ci .envrc local.env my-prod.env secrets.env .flaskenv .dev.vars .Renviron
		.env~ .env.swp .prod.env.swp .#.env #.env# .env.bak .env.old.bak id_rsa id_rsa.old id_ed25519.bak key.pem server.key
		config/master.key config/database.yml config/credentials.yml.enc config/credentials/production.key service-account.json
		my-service-account-key.json gcp-key.json firebase-adminsdk.json x-firebase-adminsdk-1a2b.json client_secret_12.apps.googleusercontent.com.json
		terraform.tfstate terraform.tfstate.backup terraform.tfstate.1699999999.backup prod.tfvars terraform.tfvars.json local.settings.json
		appsettings.Development.json wp-config.php wp-config.php.bak .vault_pass .vault-password vault-password-file .bash_history .psql_history .zsh_history
		.netrc .NETRC _netrc .npmrc .yarnrc .yarnrc.yml .pypirc pip.conf .htpasswd .m2/settings.xml .bundle/config .git-credentials
		.git/config .git/modules/y/config .git/worktrees/w/config.worktree .git/FETCH_HEAD .git/logs/HEAD .git/logs/refs/heads/main repo.git/config
		.git/credentials .aws/credentials credentials credentials.json credentials.toml aws_credentials.csv .cargo/credentials.toml .credentials
		token .token token.txt token.json api_key api-keys.txt apikey .apikey github_token secret.txt .secrets secrets.toml secrets-prod.yaml
		app.secrets.json secrets/db.txt .secrets/x password.txt passwords.csv .passwd store.jks a.p12 a.kdbx a.ovpn kubeconfig kubeconfig.yaml prod.kubeconfig
		.pgpass .my.cnf .gitconfig ngrok.yml cookies.txt keys.txt wg0.conf ssh_host_ed25519_key AuthKey_1.p8`) {
		if !Secret("/home/ann/talk/"+name, with(openSSHKey)) {
			t.Errorf("%s is shown", name)
		}
	}
}

func TestNoSecretFiles(t *testing.T) {
	for _, name := range strings.Fields(`.env.example .env.sample .env.template .env.dist example.env sample.env demo.env a.env talk.env .environment environment.md env.md environ.py
		tokenizer.py tokenizer.json tokens.py tokens.json tokens.txt token.go special_tokens_map.json design-token.css token_test.go
		keyboard.key talk.key id_card.png id_rsa.pub cert.pem ca.der public.asc keymap.json primary_key.sql foreign_keys.json key.go keys.py
		secrets.py secret.rs Secrets.java secrets.md secret-santa.csv secretary.txt password.py password_test.go common-passwords.txt passwords.md
		credentials.go credentials.md config settings.xml settings.json config.yml database.yml database.go app.json package.json tsconfig.json
		appsettings.json service.json account.json wp-config-sample.php config.php main.tf variables.tf history.md history.csv HISTORY netrc.md
		data.csv deck.md slidexec.yaml Makefile Dockerfile go.mod Cargo.toml .gitignore .gitattributes .editorconfig .git/HEAD .git/index
		.git/refs/heads/config .git/objects/ab/cd src/config docs/secrets.html authors.json author.json oauth.go report-20250102.json
		9f86d081884c7d65.json image-abcdef.json kube.md sshd.md access.log session.json auth.go auth.md login.html cookie.py kwallet.md`) {
		if Secret("/home/ann/talk/"+name, with("-----BEGIN CERTIFICATE-----\n")) {
			t.Errorf("%s is hidden", name)
		}
	}
}

// The names that people give to keys are those of many things, so the key itself decides.
func TestSecretContents(t *testing.T) {
	for _, tt := range []struct {
		name, head string
		want       bool
	}{
		{"id_work", openSSHKey, true},
		{"a.pem", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\n", true},
		{"a.pem", "-----BEGIN PUBLIC KEY-----\n", false},
		{"a.ppk", "PuTTY-User-Key-File-3: ssh-ed25519\n", true},
		{"a.key", "\x30\x82\x04\xbd\x02\x01\x00\x30\x0d", true},  // PKCS #8
		{"a.key", "\x30\x77\x02\x01\x01\x04\x20xxxxxxxx", true},  // SEC 1
		{"a.der", "\x30\x82\x03\x0d\x30\x82\x01\xf5\xa0", false}, // a certificate
		{"a.key", "PK\x03\x04 a presentation", false},
		{"a.key", "", false},
		{"keys.txt", "# created\nAGE-SECRET-KEY-1QQ\n", true},
		{"keys.txt", "arrow keys\n", false},
		{"wg0.conf", "[Interface]\nPrivateKey = x\n", true},
	} {
		if got := Secret("/x/"+tt.name, with(tt.head)); got != tt.want {
			t.Errorf("%s with %q: %v, want %v", tt.name, tt.head, got, tt.want)
		}
	}
}

// A look into a file neither waits for one nor reads what is no file.
func TestSecretFileOpens(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	for name, text := range map[string]string{"id_work": openSSHKey, "a.pem": "public"} {
		if err := os.WriteFile(at(name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(at("pipe.pem"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/zero", at("zero.pem")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]bool{"id_work": true, "a.pem": false, "pipe.pem": true, "zero.pem": true, "gone.pem": true} {
		if got := SecretFile(at(name)); got != want {
			t.Errorf("SecretFile(%s) = %v, want %v", name, got, want)
		}
	}
}

func TestSecretDirs(t *testing.T) {
	for name, want := range map[string]bool{
		"/x/.ssh": true, "/x/.aws": true, "/x/.docker": true, "/x/.kube": true, "/x/.config/gh": true, "/x/.local/share/keyrings": true, "/x/.SSH": true,
		"/x/gh": false, "/x/.config": false, "/x/.local/share": false, "/x/keyrings": false, "/x/ssh": false, "/x/src": false,
	} {
		if got := SecretDir(name); got != want {
			t.Errorf("SecretDir(%s) = %v, want %v", name, got, want)
		}
	}
}

func BenchmarkSecret(b *testing.B) {
	names := strings.Fields("/home/ann/talk/src/main.go /home/ann/talk/node_modules/x/index.js /home/ann/talk/data/table.csv /home/ann/talk/README.md")
	for b.Loop() {
		for _, n := range names {
			Secret(n, with(""))
		}
	}
}
