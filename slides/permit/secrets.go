package permit

// A secretRule lists the names of files or folders that hold secrets of one kind. The names are in
// lower case and match any case.
type secretRule struct {
	why      string   // continues "they …"
	patterns []string // of path.Match, for as many last names of a path as the pattern has
	words    []string // endings of a data file's name, see worded; after "=" the name has no other words
	marks    []string // the file must contain one of these; nil: no need
	dirs     []string // folders, by their last names
	example  string   // a file that matches, for readers and for the tests
	harmless string   // a file that nearly matches and holds no secrets
}

// privateKey occurs in every private key that is written as text.
const privateKey = "PRIVATE KEY"

// keyMarks occur in private keys of all kinds.
var keyMarks = []string{privateKey, "PuTTY-User-Key-File", "AGE-SECRET-KEY-", "PrivateKey"}

// secretRules is the table.
var secretRules = []secretRule{
	{why: "repositories hold addresses of remotes, and those can hold tokens",
		patterns: []string{".git-credentials", ".gitconfig", ".hg/hgrc", ".gitcookies"},
		dirs:     []string{".subversion/auth"},
		example:  "talk/.git/config", harmless: "talk/git/config"},
	{why: "environment files hold passwords of the services that a program uses",
		patterns: append([]string{".env", ".env.*", ".env-*", ".env_*", ".envrc", ".flaskenv", ".dev.vars", ".dev.vars.*", ".renviron", ".pam_environment"},
			// Other names are for the programs of a deck, by +env:demo.env.
			environments("prod", "production", "live", "stage", "staging", "dev", "development", "local", "private", "secret", "secrets", "credentials", "docker",
				"backend", "server", "app", "api", "web", "db", "database", "postgres", "mysql", "redis", "deploy", "ci")...),
		example: "prod.env", harmless: "demo.env"},
	{why: "package managers log in with these files",
		patterns: []string{".npmrc", ".yarnrc", ".yarnrc.yml", ".pypirc", "pip.conf", "pip.ini", ".condarc", ".dockercfg", ".dockerconfigjson", ".bundle/config",
			".m2/settings.xml", "settings-security.xml", ".gradle/gradle.properties", "auth.json", ".gem/credentials", ".nuget/nuget.config"},
		example: ".npmrc", harmless: "settings.xml"},
	{why: "clients of servers and databases log in with these files",
		patterns: []string{".netrc", "_netrc", ".authinfo", ".pgpass", "pgpass.conf", ".my.cnf", ".mylogin.cnf", ".mongorc.js", ".htpasswd", ".htdigest", ".curlrc", ".wgetrc", ".s3cfg", ".boto",
			".passwd-s3fs", "passwd-s3fs", "rclone.conf", ".smbcredentials", ".msmtprc", ".fetchmailrc", ".mbsyncrc", ".offlineimaprc", ".databrickscfg",
			".sentryclirc", "ngrok.yml", ".xauthority", ".iceauthority", "cookies.txt", "wallet.dat"},
		dirs: []string{".snowsql", ".ngrok2", ".mozilla", ".thunderbird", ".config/google-chrome", ".config/chromium", ".config/bravesoftware",
			".electrum", ".bitcoin", ".ethereum"},
		example: ".pgpass", harmless: "my.cnf"},
	{why: "tools for clouds and clusters log in with these files",
		patterns: []string{"kubeconfig", "kubeconfig.*", "*.kubeconfig", "*service-account*.json", "*service_account*.json", "*serviceaccount*.json", "*firebase-adminsdk*.json",
			"client_secret*.json", ".terraformrc", "terraform.rc", "credentials.tfrc.json", ".vault-token", "local.settings.json", "publish.settings", "*.publishsettings"},
		dirs: []string{".aws", ".azure", ".gcloud", ".kube", ".oci", ".docker", ".terraform.d", ".config/gcloud", ".config/gh", ".config/hub", ".config/op",
			".config/rclone", ".config/glab-cli", ".config/doctl", ".config/sops", ".config/heroku", ".vault.d"},
		example: "service-account.json", harmless: "service.json"},
	{why: "clouds give downloaded keys such names", patterns: []string{"*-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f].json"}, marks: keyMarks,
		example: "project-0123456789ab.json", harmless: "report-20250102.json"},
	{why: "infrastructure tools write all values into these files, passwords too",
		patterns: []string{"*.tfstate", "*.tfvars", "*.tfvars.json", "*.tfstate.*"},
		example:  "terraform.tfstate.backup", harmless: "main.tf"},
	{why: "frameworks keep passwords and signing keys in these files",
		patterns: []string{"wp-config.php", "wp-config-local.php", "localsettings.php", "sites/default/settings.php", "config/database.yml", "config/secrets.yml",
			"config/master.key", "master.key", "credentials/*.key", "*.yml.enc", "appsettings.*.json", ".streamlit.toml", "app/config/parameters.yml", "key.properties", "keystore.properties"},
		example: "appsettings.Development.json", harmless: "wp-config-sample.php"},
	{why: "these files are keys, or stores of keys and passwords",
		patterns: []string{"*.p12", "*.pfx", "*.pkcs12", "*.jks", "*.keystore", "*.bks", "*.kdbx", "*.kdb", "*.ovpn", "*.keychain", "*.keychain-db", "*.keyring", "*.kwl", "secring.gpg", "*.agekey"},
		dirs:     []string{".ssh", ".gnupg", ".password-store", ".local/share/keyrings", ".local/share/kwalletd", ".gnome2/keyrings", ".secrets", ".keys"},
		example:  "release.jks", harmless: "keyboard.key"},
	{why: "private and public keys share these names",
		patterns: []string{"*.pem", "*.key", "*.ppk", "*.asc", "*.p8", "*.pk8", "*.der", "id_*", "ssh_host_*_key", "wg*.conf", "keys.txt", "key.txt", "identity", "privatekey"}, marks: keyMarks,
		example: "server.key", harmless: "id_card.svg"},
	{why: "shells and clients remember all input, passwords too",
		patterns: []string{".*_history", ".*history", ".histfile", "fish_history", ".lesshst", ".viminfo"},
		example:  ".psql_history", harmless: "history.md"},
	{why: "the name says that the file holds credentials", words: []string{"credentials", "credential", "creds"},
		patterns: []string{"credentials", ".credentials"}, example: "aws-credentials.csv", harmless: "docs/credentials_test.go"},
	{why: "the name says that the file holds secrets", words: []string{"secrets", "secret"}, example: "client_secret.json", harmless: "secrets.py"},
	{why: "the name says that the file holds tokens",
		words: []string{"=token", "access token", "api token", "auth token", "bearer token", "bot token", "deploy token", "github token", "gitlab token", "npm token", "oauth token",
			"personal token", "pypi token", "refresh token", "session token", "slack token", "telegram token", "discord token"},
		example: "token.txt", harmless: "tokenizer.json"},
	{why: "the name says that the file holds keys to services",
		words: []string{"apikey", "apikeys", "api key", "api keys", "access key", "access keys", "accesskey", "secret key", "private key", "account key", "gcp key", "google key", "firebase key",
			"aws key", "azure key", "sa key", "deploy key", "encryption key", "signing key"},
		example: "api_key", harmless: "primary_key.json"},
	{why: "the name says that the file holds passwords",
		words: []string{"=password", "=passwords", "=passwd", "=passphrase", "vault pass", "vault password", "db password", "database password", "admin password", "root password",
			"=logins", "become pass", "become password"},
		example: ".vault_pass", harmless: "common-passwords.txt"},
}

// environments returns the patterns of environment files with these names, or with names that end
// in them.
func environments(names ...string) []string {
	var out []string
	for _, n := range names {
		out = append(out, n+".env", `*[._\-]`+n+".env")
	}
	return out
}

// repositoryFiles are files of a repository, of its submodules and work trees, that hold addresses.
var repositoryFiles = []string{"config", "config.worktree", "config.lock", "fetch_head", "credentials"}

// dataEndings are endings of files that are neither source code nor prose.
var dataEndings = []string{".json", ".jsonc", ".yaml", ".yml", ".toml", ".ini", ".cfg", ".conf", ".xml", ".csv", ".txt", ".properties", ".plist", ".enc", ".db", ".sqlite", ".b64", ".dat", ".bin", ".pwd"}

// occasions are words in names that tell several such files apart.
var occasions = []string{"prod", "production", "dev", "devel", "development", "stage", "staging", "test", "testing", "local", "ci", "live", "new", "default", "file", "1", "2"}

// harmless are endings of examples of secret files, and of files that may be public.
var harmless = []string{".example", ".sample", ".template", ".tmpl", ".dist", ".pub", ".md"}
