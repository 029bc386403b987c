package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control"
	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/ca"
	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/fixtures"
)

// defaultListen is where serve listens and env expects a server; defaultControl is where the control API is.
const (
	defaultListen  = "127.0.0.1:4580"
	defaultControl = "127.0.0.1:4581"
)

type serveFlags struct {
	listen, announce, fixture, cloudsYAML string
	stores, backends, policy              []string
	seed                                  uint64
	clock, release                        string
	standardPorts                         bool
	glanceEndpoint                        string
	requestLog                            int
	verbose                               bool

	control, controlToken string
	controlMoves          bool // to a free port, for nobody asked for this one
	clouds, baseHosts     []string
	maxClouds             int
	allowStorePaths       bool
	data                  string
	dataSync              bool
	tls                   tlsFlags
	pace                  paceFlags

	compute bool

	enableForceUpload, allowCompression, imageConversionDisable bool
	cinderAuthStrategy, glanceStore                             string
	uploadStoreParameter, typeStoreProperty                     bool
}

func newServe() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve a cloud until interrupted",
		Long: `Serve a cloud: Keystone under /identity, Glance under /image and Cinder under /volume of one
address. It has users admin, demo and alt_demo (password "secret"), a project for each, the Glance
stores reliable, fast (default), cheap and archive (read-only), and two Cinder backends; --fixture
gives it another beginning. Everything is forgotten when it ends, unless --data names a directory
to keep it in: what was answered is there then when the server starts again, even if it was killed.

The control API makes further clouds, moves clocks, breaks stores and more; the commands clouds,
clock, stores and so on speak to it. It has a listener of its own, on loopback; with --control-token
it is also under /_fauxstack/ of the clouds' address.`,
		Example: `  fauxstack serve
  fauxstack serve --listen 127.0.0.1:0 --clouds-yaml clouds.yaml
  fauxstack serve --stores ssd,tape --seed 7
  fauxstack serve --fixture my-cloud.yaml --standard-ports
  fauxstack serve --policy glance=policy.yaml
  fauxstack serve --tls --clouds-yaml clouds.yaml
  fauxstack serve --clouds blue,green
  fauxstack serve --data ~/.fauxstack`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.controlMoves = !cmd.Flags().Changed("control")
			return serve(cmd.Context(), f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", defaultListen, "address to listen on, `HOST:PORT`; port 0 takes a free one")
	flags.StringVar(&f.announce, "announce", "", "`URL` that addresses in answers begin with (default: as the client reached us)")
	flags.BoolVar(&f.standardPorts, "standard-ports", false, "also serve Keystone on port 5000, Glance on 9292, Cinder on 8776, and Nova on 8774 and Neutron on 9696 where there is Compute")
	flags.StringVar(&f.cloudsYAML, "clouds-yaml", "", "write a clouds.yaml with entries for admin, demo and alt_demo to `FILE` once ready")
	flags.StringVar(&f.fixture, "fixture", "", "seed the cloud from a YAML `FILE` (see: fauxstack fixture)")
	flags.StringArrayVar(&f.policy, "policy", nil, "rules of oslo.policy over the default ones, `[SERVICE=]FILE`; may be repeated. Without keystone=, glance= or cinder=, a rule goes to the services that know its name")
	flags.StringSliceVar(&f.stores, "stores", nil, "Glance stores in place of the fixture's, `ID,...`; the first is the default")
	flags.StringSliceVar(&f.backends, "backends", nil, "Cinder backends, with a volume type each, in place of the fixture's, `NAME,...`")
	flags.Uint64Var(&f.seed, "seed", 0, "`NUMBER` that all ids are drawn from (default: a different one each time)")
	flags.StringVar(&f.clock, "clock", "real", "what makes time pass: `real, manual or step`")
	flags.StringVar(&f.release, "release", "latest", "OpenStack `RELEASE` to behave as, such as zed")
	flags.StringVar(&f.glanceEndpoint, "glance-endpoint", "", "`URL` of another Glance for Cinder to use")
	flags.BoolVar(&f.compute, "compute", false, "emulate Compute as far as storage needs it, and list it in the catalog")
	flags.IntVar(&f.requestLog, "request-log", 512, "how many `REQUESTS` to remember")
	flags.StringVar(&f.control, "control", defaultControl, "`HOST:PORT` of the control API; empty for none; it needs a token unless it is loopback")
	flags.StringVar(&f.controlToken, "control-token", "", "`TOKEN` that the control API asks for; with it, the clouds' address has the API, too")
	flags.StringSliceVar(&f.clouds, "clouds", nil, "further clouds that begin as the first, `NAME,...`")
	flags.IntVar(&f.maxClouds, "max-clouds", 10_000, "how many `CLOUDS` there may be")
	flags.StringSliceVar(&f.baseHosts, "base-hosts", nil, "names below which clouds have host names, as they have below localhost, `HOST,...`")
	flags.BoolVar(&f.allowStorePaths, "allow-store-paths", false, "let stores that are made over the control API keep their data in any directory")
	flags.StringVar(&f.data, "data", "", "keep everything in `DIRECTORY`, and go on from what is there (default: in memory only)")
	flags.BoolVar(&f.dataSync, "data-sync", false, "answer only when the disk has it, so that --data outlives a loss of power, too")
	f.tls.register(flags)
	f.pace.register(flags)
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "log to standard error")
	flags.BoolVar(&f.enableForceUpload, "enable-force-upload", false, "Cinder's option: let force upload volumes that are in use")
	flags.BoolVar(&f.allowCompression, "allow-compression-on-image-upload", false, "Cinder's option: let images be uploaded compressed")
	flags.BoolVar(&f.imageConversionDisable, "image-conversion-disable", false, "Cinder's option: refuse to convert between image formats")
	flags.StringVar(&f.cinderAuthStrategy, "cinder-auth-strategy", "", "Cinder's option auth_strategy: `keystone, noauth or noauth_include_project_id` (default: the fixture's)")
	flags.StringVar(&f.glanceStore, "glance-store", "", "variant: upload every volume to this `STORE`")
	flags.BoolVar(&f.uploadStoreParameter, "upload-store-parameter", false, "variant: let upload-to-image name a store")
	flags.BoolVar(&f.typeStoreProperty, "type-store-property", false, "variant: make the store a property of volume types")
	return cmd
}

// options turns the flags into the options of every cloud.
func (f serveFlags) options(stderr io.Writer) ([]emulator.Option, error) {
	var opts []emulator.Option
	if f.fixture != "" {
		fixture, err := fixtures.Load(f.fixture)
		if err != nil {
			return nil, err
		}
		opts = append(opts, emulator.WithFixture(fixture))
	}
	for _, policy := range f.policy {
		service, file, ok := strings.Cut(policy, "=")
		if !ok {
			service, file = "", policy
		}
		rules, err := fixtures.LoadPolicy(file)
		if err != nil {
			return nil, err
		}
		opts = append(opts, emulator.WithPolicy(service, rules))
	}
	if len(f.stores) > 0 {
		opts = append(opts, emulator.WithGlanceStores(f.stores...))
	}
	if len(f.backends) > 0 {
		opts = append(opts, emulator.WithBackends(f.backends...))
	}
	if f.compute {
		opts = append(opts, emulator.WithCompute())
	}
	if f.glanceEndpoint != "" {
		opts = append(opts, emulator.WithGlanceEndpoint(f.glanceEndpoint))
	}
	pace, err := f.pace.options()
	if err != nil {
		return nil, err
	}
	return append(append(opts, pace...),
		emulator.WithLogger(f.logger(stderr)),
		emulator.WithClock(f.clock),
		emulator.WithRelease(f.release),
		emulator.WithRequestLog(f.requestLog),
		emulator.WithCinder(f.configureCinder),
		emulator.WithBuckets(openBucket),
	), nil
}

// configureCinder turns on what flags ask for, and leaves alone what the fixture has turned on.
func (f serveFlags) configureCinder(c *cinder.Config) {
	c.EnableForceUpload = c.EnableForceUpload || f.enableForceUpload
	c.AllowCompressionOnImageUpload = c.AllowCompressionOnImageUpload || f.allowCompression
	c.ImageConversionDisable = c.ImageConversionDisable || f.imageConversionDisable
	c.Variants.UploadStoreParameter = c.Variants.UploadStoreParameter || f.uploadStoreParameter
	c.Variants.TypeStoreProperty = c.Variants.TypeStoreProperty || f.typeStoreProperty
	if f.cinderAuthStrategy != "" {
		c.AuthStrategy = f.cinderAuthStrategy
	}
	if f.glanceStore != "" {
		c.Variants.GlanceStore = f.glanceStore
	}
}

func serve(ctx context.Context, f serveFlags, stdout, stderr io.Writer) error {
	began := time.Now()
	opts, err := f.options(stderr)
	if err != nil {
		return err
	}
	if err := emulator.CheckOptions(opts...); err != nil {
		return err
	}
	cfg, authority, err := f.server(opts, stderr)
	if err != nil {
		return err
	}
	server, err := control.New(cfg)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }() // after Shutdown has closed it; earlier returns have their own error to tell
	if err := server.Listen(); err != nil {
		return err
	}
	emu, err := server.Open(control.First, emulator.WithSeed(f.seed))
	if err != nil {
		return err
	}
	if err := server.Reopen(); err != nil {
		return err
	}
	for _, name := range f.clouds {
		if _, err := server.Cloud(name); err == nil && f.data != "" {
			continue // it was there already when the last server ended
		}
		if _, err := server.Fork(control.First, name); err != nil {
			return err
		}
	}
	cloud := access{AuthURL: server.URL() + emulator.IdentityPath + "/v3", Users: emu.Users()}
	if cloud.CACert, err = f.keepCertificate(authority); err != nil {
		return err
	}
	if f.cloudsYAML != "" {
		if err := writeFile(f.cloudsYAML, cloud.cloudsYAML()); err != nil {
			return err
		}
	}
	server.Ready()
	if err := announce(stdout, server, emu.ServicePaths(), cloud, f.cloudsYAML, time.Since(began)); err != nil {
		return err
	}
	<-ctx.Done()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	return server.Shutdown(ending)
}

// server turns the flags into the server's configuration. The authority is nil without TLS, or with certificates of the
// user's own.
func (f serveFlags) server(opts []emulator.Option, stderr io.Writer) (cfg control.Config, authority *ca.Authority, err error) {
	cfg = control.Config{
		Listen: f.listen, Control: f.control, ControlMayMove: f.controlMoves, Token: f.controlToken, BaseHosts: f.baseHosts,
		StandardPorts: f.standardPorts, Options: opts, MaxClouds: f.maxClouds, Version: version(), Now: time.Now, Logger: f.logger(stderr),
	}
	cfg.Data, cfg.DataSync = f.data, f.dataSync
	if f.data != "" {
		cfg.StoreRoot = filepath.Join(f.data, "stores")
	}
	if f.allowStorePaths {
		cfg.StoreRoot = "/"
	}
	if f.announce != "" {
		if cfg.Announced, err = url.Parse(f.announce); err != nil || cfg.Announced.Host == "" || !strings.HasPrefix(cfg.Announced.Scheme, "http") {
			return cfg, nil, fmt.Errorf("announced address %q: want http://HOST[:PORT][/PATH]", f.announce)
		}
	}
	if f.tls.enabled() {
		cfg.TLS, authority, err = f.tls.config(f.hosts(cfg.Announced))
	}
	return cfg, authority, err
}

func (f serveFlags) logger(stderr io.Writer) *slog.Logger {
	if f.verbose {
		return slog.New(slog.NewTextHandler(stderr, nil))
	}
	return slog.New(slog.DiscardHandler)
}

// announce prints what a person needs next. All of it but the export lines is a comment, so that the whole can be pasted.
func announce(w io.Writer, server *control.Server, services []emulator.ServicePath, cloud access, cloudsYAML string, took time.Duration) error {
	var b strings.Builder
	base := server.URL()
	fmt.Fprintf(&b, "# fauxstack %s listens on %s\n", version(), base)
	for _, service := range services {
		fmt.Fprintf(&b, "#   %-13s  %s%s\n", service.Type, base, service.Path)
	}
	if own := server.ControlURL(); own != "" {
		fmt.Fprintf(&b, "#   control        %s%s\n", own, client.Root)
	}
	b.WriteString("#\n# In another shell, as the administrator:\n\n")
	b.WriteString(cloud.openrc(cloud.admin()))
	if cloudsYAML != "" {
		fmt.Fprintf(&b, "\n# or, with %s in the folder you are in: export OS_CLOUD=fauxstack   (also fauxstack-demo, ...)\n", cloudsYAML)
	} else {
		fmt.Fprintf(&b, "\n# or write a clouds.yaml: fauxstack env --url %s --format clouds.yaml >clouds.yaml\n", base)
	}
	fmt.Fprintf(&b, "# ready after %s; Ctrl-C ends it\n", took.Round(10*time.Microsecond))
	_, err := io.WriteString(w, b.String())
	return err
}

// writeFile replaces a file at once, so that a reader waiting for it never sees half of it.
func writeFile(path, text string) error { return replace(path, text, 0o600) }

// writePublic is writeFile for what everybody may read.
func writePublic(path, text string) error { return replace(path, text, 0o644) }

func replace(path, text string, mode os.FileMode) error {
	temp := path + ".tmp"
	if err := os.WriteFile(temp, []byte(text), mode); err != nil {
		return err
	}
	return os.Rename(temp, path)
}
