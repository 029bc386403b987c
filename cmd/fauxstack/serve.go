package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/emulator/cinder"
	"github.com/fauxstack/fauxstack/fixtures"
)

// defaultListen is where serve listens and env expects a server.
const defaultListen = "127.0.0.1:4580"

type serveFlags struct {
	listen, announce, fixture, cloudsYAML string
	stores, backends                      []string
	seed                                  uint64
	clock, release                        string
	standardPorts                         bool
	glanceEndpoint                        string
	requestLog                            int
	verbose                               bool

	enableForceUpload, allowCompression, imageConversionDisable bool
	glanceStore                                                 string
	uploadStoreParameter, typeStoreProperty                     bool
}

func newServe() *cobra.Command {
	var f serveFlags
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Serve a cloud until interrupted",
		Long: `Serve one cloud: Keystone under /identity, Glance under /image and Cinder under /volume of one
address. It has users admin, demo and alt_demo (password "secret"), a project for each, the Glance
stores reliable, fast (default), cheap and archive (read-only), and two Cinder backends; --fixture
gives it another beginning. Everything is forgotten when it ends.`,
		Example: `  fauxstack serve
  fauxstack serve --listen 127.0.0.1:0 --clouds-yaml clouds.yaml
  fauxstack serve --stores ssd,tape --seed 7
  fauxstack serve --fixture my-cloud.yaml --standard-ports`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return serve(cmd.Context(), f, cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.listen, "listen", defaultListen, "address to listen on, `HOST:PORT`; port 0 takes a free one")
	flags.StringVar(&f.announce, "announce", "", "`URL` that addresses in answers begin with (default: as the client reached us)")
	flags.BoolVar(&f.standardPorts, "standard-ports", false, "also serve Keystone on port 5000, Glance on 9292, Cinder on 8776")
	flags.StringVar(&f.cloudsYAML, "clouds-yaml", "", "write a clouds.yaml with entries for admin, demo and alt_demo to `FILE` once ready")
	flags.StringVar(&f.fixture, "fixture", "", "seed the cloud from a YAML `FILE` (see: fauxstack fixture)")
	flags.StringSliceVar(&f.stores, "stores", nil, "Glance stores in place of the fixture's, `ID,...`; the first is the default")
	flags.StringSliceVar(&f.backends, "backends", nil, "Cinder backends, with a volume type each, in place of the fixture's, `NAME,...`")
	flags.Uint64Var(&f.seed, "seed", 0, "`NUMBER` that all ids are drawn from (default: a different one each time)")
	flags.StringVar(&f.clock, "clock", "real", "what makes time pass: `real, manual or step`")
	flags.StringVar(&f.release, "release", "latest", "OpenStack `RELEASE` to behave as, such as zed")
	flags.StringVar(&f.glanceEndpoint, "glance-endpoint", "", "`URL` of another Glance for Cinder to use")
	flags.IntVar(&f.requestLog, "request-log", 512, "how many `REQUESTS` to remember")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "log to standard error")
	flags.BoolVar(&f.enableForceUpload, "enable-force-upload", false, "Cinder's option: let force upload volumes that are in use")
	flags.BoolVar(&f.allowCompression, "allow-compression-on-image-upload", false, "Cinder's option: let images be uploaded compressed")
	flags.BoolVar(&f.imageConversionDisable, "image-conversion-disable", false, "Cinder's option: refuse to convert between image formats")
	flags.StringVar(&f.glanceStore, "glance-store", "", "variant: upload every volume to this `STORE`")
	flags.BoolVar(&f.uploadStoreParameter, "upload-store-parameter", false, "variant: let upload-to-image name a store")
	flags.BoolVar(&f.typeStoreProperty, "type-store-property", false, "variant: make the store a property of volume types")
	return cmd
}

// options turns the flags into the emulator's options.
func (f serveFlags) options(stderr io.Writer) ([]emulator.Option, error) {
	var opts []emulator.Option
	if f.fixture != "" {
		fixture, err := fixtures.Load(f.fixture)
		if err != nil {
			return nil, err
		}
		opts = append(opts, emulator.WithFixture(fixture))
	}
	if len(f.stores) > 0 {
		opts = append(opts, emulator.WithGlanceStores(f.stores...))
	}
	if len(f.backends) > 0 {
		opts = append(opts, emulator.WithBackends(f.backends...))
	}
	if f.announce != "" {
		opts = append(opts, emulator.WithAnnouncedURL(f.announce))
	}
	if f.standardPorts {
		opts = append(opts, emulator.WithStandardPorts())
	}
	if f.glanceEndpoint != "" {
		opts = append(opts, emulator.WithGlanceEndpoint(f.glanceEndpoint))
	}
	if f.verbose {
		opts = append(opts, emulator.WithLogger(slog.New(slog.NewTextHandler(stderr, nil))))
	}
	return append(opts,
		emulator.WithListen(f.listen),
		emulator.WithSeed(f.seed),
		emulator.WithClock(f.clock),
		emulator.WithRelease(f.release),
		emulator.WithRequestLog(f.requestLog),
		emulator.WithCinder(f.configureCinder),
	), nil
}

// configureCinder turns on what flags ask for, and leaves alone what the fixture has turned on.
func (f serveFlags) configureCinder(c *cinder.Config) {
	c.EnableForceUpload = c.EnableForceUpload || f.enableForceUpload
	c.AllowCompressionOnImageUpload = c.AllowCompressionOnImageUpload || f.allowCompression
	c.ImageConversionDisable = c.ImageConversionDisable || f.imageConversionDisable
	c.Variants.UploadStoreParameter = c.Variants.UploadStoreParameter || f.uploadStoreParameter
	c.Variants.TypeStoreProperty = c.Variants.TypeStoreProperty || f.typeStoreProperty
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
	emu, err := emulator.New(opts...)
	if err != nil {
		return err
	}
	defer func() { _ = emu.Close() }() // after Shutdown has closed it; earlier returns have their own error to tell
	cloud := access{AuthURL: emu.AuthURL(), Users: emu.Users()}
	if f.cloudsYAML != "" {
		if err := writeFile(f.cloudsYAML, cloud.cloudsYAML()); err != nil {
			return err
		}
	}
	if err := announce(stdout, emu, cloud, f.cloudsYAML, time.Since(began)); err != nil {
		return err
	}
	<-ctx.Done()
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := emu.Shutdown(ending); err != nil && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// announce prints what a person needs next. All of it but the export lines is a comment, so that the whole can be pasted.
func announce(w io.Writer, emu *emulator.Emulator, cloud access, cloudsYAML string, took time.Duration) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# fauxstack %s listens on %s\n", version(), emu.URL())
	fmt.Fprintf(&b, "#   identity       %s%s\n", emu.URL(), emulator.IdentityPath)
	fmt.Fprintf(&b, "#   image          %s%s\n", emu.URL(), emulator.ImagePath)
	fmt.Fprintf(&b, "#   block-storage  %s%s\n", emu.URL(), emulator.BlockStoragePath)
	b.WriteString("#\n# In another shell, as the administrator:\n\n")
	b.WriteString(cloud.openrc(cloud.admin()))
	if cloudsYAML != "" {
		fmt.Fprintf(&b, "\n# or, with %s in the folder you are in: export OS_CLOUD=fauxstack   (also fauxstack-demo, ...)\n", cloudsYAML)
	} else {
		fmt.Fprintf(&b, "\n# or write a clouds.yaml: fauxstack env --url %s --format clouds.yaml >clouds.yaml\n", emu.URL())
	}
	fmt.Fprintf(&b, "# ready after %s; Ctrl-C ends it\n", took.Round(10*time.Microsecond))
	_, err := io.WriteString(w, b.String())
	return err
}

// writeFile replaces a file at once, so that a reader waiting for it never sees half of it.
func writeFile(path, text string) error {
	temp := path + ".tmp"
	if err := os.WriteFile(temp, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, path)
}
