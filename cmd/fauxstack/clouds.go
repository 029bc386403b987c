package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/fauxstack/fauxstack/control/client"
	"github.com/fauxstack/fauxstack/emulator"
)

func newClouds() *cobra.Command {
	cmd, r := newRemote("clouds", "Make, fork, reset and delete clouds of a running server",
		`One server holds many clouds that know nothing of each other. The first is "default"; a cloud NAME is
reached under /clouds/NAME of the server's address, as NAME.localhost, or on a port of its own.`,
		`  fauxstack clouds list
  fauxstack clouds create blue --stores ssd,tape --clock manual
  eval "$(fauxstack clouds env blue --user demo)"
  fauxstack clouds fork blue --of default
  fauxstack clouds delete blue`)
	r.verb(cmd, "list", "List the clouds", cobra.NoArgs, func(ctx context.Context, c *client.Client, w io.Writer, _ []string) error {
		clouds, err := c.Clouds(ctx)
		if err != nil {
			return err
		}
		return r.printClouds(w, clouds, clouds...)
	})
	show := r.verb(cmd, "show NAME", "Show a cloud", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		cloud, err := c.Cloud(ctx, args[0])
		if err != nil {
			return err
		}
		return r.print(w, cloud, "field,value", [][]string{
			{"name", cloud.Name},
			{"url", cloud.URL},
			{"auth url", cloud.AuthURL},
			{"also", strings.Join(cloud.URLs[min(1, len(cloud.URLs)):], " ")},
			{"forked off", cloud.ForkedOff},
			{"created", cloud.CreatedAt.Format(time.RFC3339)},
			{"clock", cloud.Clock},
			{"its time", cloud.Now.Format(time.RFC3339)},
			{"stores", strings.Join(cloud.Stores, " ")},
			{"backends", strings.Join(cloud.Backends, " ")},
			{"faults", strconv.Itoa(cloud.Faults)},
			{"snapshots", strconv.Itoa(cloud.Snapshots)},
			{"pending", strconv.Itoa(cloud.Pending)},
		})
	})
	newCloudsCreate(cmd, r)
	newCloudsFork(cmd, r)
	reset := r.verb(cmd, "reset NAME", "Make a cloud what it was when it had just been seeded", cobra.ExactArgs(1),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			if err := c.Reset(ctx, args[0]); err != nil {
				return err
			}
			return r.say(w, "cloud %s is as it was in the beginning", args[0])
		})
	remove := r.verb(cmd, "delete NAME...", "Delete clouds with all that they hold", cobra.MinimumNArgs(1),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			for _, name := range args {
				if err := c.Delete(ctx, name); err != nil {
					return err
				}
				if err := r.say(w, "cloud %s is deleted", name); err != nil {
					return err
				}
			}
			return nil
		})
	users := r.verb(cmd, "users NAME", "List who can log in to a cloud", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		users, err := c.Users(ctx, args[0])
		if err != nil {
			return err
		}
		var rows [][]string
		for _, u := range users {
			rows = append(rows, []string{u.Name, u.Password, u.Project, u.DomainID, u.Region})
		}
		return r.print(w, users, "name,password,project,domain,region", rows)
	})
	env := newCloudsEnv(cmd, r)
	for _, one := range []*cobra.Command{show, reset, remove, users, env} {
		one.ValidArgsFunction = r.completeClouds
	}
	return cmd
}

func (r *remote) printClouds(w io.Writer, v any, clouds ...client.Cloud) error {
	var rows [][]string
	for _, c := range clouds {
		rows = append(rows, []string{
			c.Name, c.URL, c.Clock, strings.Join(c.Stores, " "), strings.Join(c.Backends, " "), strconv.Itoa(c.Faults), strconv.Itoa(c.Pending), c.ForkedOff,
		})
	}
	return r.print(w, v, "name,url,clock,stores,backends,faults,pending,forked off", rows)
}

// specFlags are those of a cloud to be.
type specFlags struct {
	fixture, snapshot, listen, release, clock, start, announce, glanceEndpoint string
	stores, backends, delays                                                   []string
	seed                                                                       uint64
	speed, jitter                                                              float64
}

func newCloudsCreate(parent *cobra.Command, r *remote) {
	var f specFlags
	cmd := r.verb(parent, "create NAME", "Make a cloud", cobra.ExactArgs(1), func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
		spec, err := f.spec(args[0])
		if err != nil {
			return err
		}
		cloud, err := c.Create(ctx, spec)
		if err != nil {
			return err
		}
		return r.printClouds(w, cloud, cloud)
	})
	flags := cmd.Flags()
	flags.StringVar(&f.fixture, "fixture", "", "seed the cloud from a YAML `FILE` (default: as the server's first cloud)")
	flags.StringVar(&f.snapshot, "snapshot", "", "begin as a snapshot, `CLOUD/NAME`, in place of a fixture")
	flags.StringSliceVar(&f.stores, "stores", nil, "Glance stores in place of the fixture's, `ID,...`; the first is the default")
	flags.StringSliceVar(&f.backends, "backends", nil, "Cinder backends, with a volume type each, in place of the fixture's, `NAME,...`")
	flags.StringVar(&f.release, "release", "", "OpenStack `RELEASE` to behave as, such as zed")
	flags.Uint64Var(&f.seed, "seed", 0, "`NUMBER` that all ids are drawn from")
	flags.StringVar(&f.clock, "clock", "", "what makes time pass: `real, manual or step`")
	flags.StringVar(&f.start, "start", "", "`TIME` at which a manual or stepped clock begins, such as 2030-01-01T00:00:00Z")
	flags.Float64Var(&f.speed, "speed", 0, "`FACTOR` by which a real clock is faster than the machine's")
	flags.StringSliceVar(&f.delays, "delay", nil, "how long a transition takes, `NAME=TIME`, such as cinder.volume.create=10s")
	flags.Float64Var(&f.jitter, "jitter", 0, "`FRACTION` by which delays vary")
	flags.StringVar(&f.listen, "listen", "", "`HOST:PORT` of the cloud's own; port 0 takes a free one")
	flags.StringVar(&f.announce, "announce", "", "`URL` that addresses in answers begin with")
	flags.StringVar(&f.glanceEndpoint, "glance-endpoint", "", "`URL` of another Glance for Cinder to use")
}

func (f specFlags) spec(name string) (client.Spec, error) {
	spec := client.Spec{Name: name, Listen: f.listen, Options: client.Options{
		Stores: f.stores, Backends: f.backends, Release: f.release, Seed: f.seed, Clock: f.clock, Speed: f.speed, Jitter: f.jitter,
		AnnouncedURL: f.announce, GlanceEndpoint: f.glanceEndpoint,
	}}
	if f.fixture != "" {
		text, err := os.ReadFile(f.fixture)
		if err != nil {
			return spec, err
		}
		spec.Fixture = string(text)
	}
	if f.snapshot != "" {
		of, name, ok := strings.Cut(f.snapshot, "/")
		if !ok {
			return spec, fmt.Errorf("snapshot %q: want CLOUD/NAME", f.snapshot)
		}
		spec.Snapshot = &client.SnapshotRef{Cloud: of, Name: name}
	}
	if f.start != "" {
		start, err := time.Parse(time.RFC3339, f.start)
		if err != nil {
			return spec, fmt.Errorf("start %q: want a time such as 2030-01-01T00:00:00Z", f.start)
		}
		spec.Options.Start = start
	}
	var err error
	spec.Options.Delays, err = pairs(f.delays, readDuration)
	return spec, err
}

func newCloudsFork(parent *cobra.Command, r *remote) {
	var of string
	cmd := r.verb(parent, "fork NAME", "Make a cloud that begins as another is now", cobra.ExactArgs(1),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			cloud, err := c.Fork(ctx, of, args[0])
			if err != nil {
				return err
			}
			return r.printClouds(w, cloud, cloud)
		})
	cmd.Flags().StringVar(&of, "of", "default", "`NAME` of the cloud to fork")
	_ = cmd.RegisterFlagCompletionFunc("of", r.completeClouds)
}

func newCloudsEnv(parent *cobra.Command, r *remote) *cobra.Command {
	var user, format, osCACert string
	cmd := r.verb(parent, "env NAME", "Print what clients of a cloud need: export lines or a clouds.yaml", cobra.ExactArgs(1),
		func(ctx context.Context, c *client.Client, w io.Writer, args []string) error {
			cloud, err := c.Cloud(ctx, args[0])
			if err != nil {
				return err
			}
			users, err := c.Users(ctx, args[0])
			if err != nil {
				return err
			}
			reach := access{AuthURL: cloud.AuthURL, CACert: osCACert}
			for _, u := range users {
				reach.Users = append(reach.Users, emulator.User{Name: u.Name, Password: u.Password, Project: u.Project, DomainID: u.DomainID, Region: u.Region})
			}
			return printEnv(w, reach, user, format)
		})
	cmd.Flags().StringVar(&user, "user", "admin", "`NAME` of the user for export lines")
	cmd.Flags().StringVar(&format, "format", "openrc", "`openrc or clouds.yaml`")
	cmd.Flags().StringVar(&osCACert, "os-cacert", "", "`FILE` for clients to trust, where the clouds are served over TLS")
	return cmd
}
