// Command checked-cloud serves an emulated cloud, every answer of which is validated against the upstream contract, until
// it is interrupted. Then it writes what differed to a report, which contract-verdict reads.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/fauxstack/fauxstack/e2e/contract"
	"github.com/fauxstack/fauxstack/emulator"
	"github.com/fauxstack/fauxstack/fixtures"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "checked-cloud:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	flags := flag.NewFlagSet("checked-cloud", flag.ContinueOnError)
	folder := flags.String("contract", os.Getenv("FAUXSTACK_CONTRACT"), "`FOLDER` of the contract; without one nothing is checked")
	fixture := flags.String("fixture", "", "YAML `FILE` that the cloud begins as")
	listen := flags.String("listen", "127.0.0.1:0", "`HOST:PORT` to listen on")
	clouds := flags.String("clouds-yaml", "", "`FILE` to write a clouds.yaml to when it is ready")
	report := flags.String("report", "", "`FILE` to write the report to at the end")
	release := flags.String("release", "latest", "OpenStack release to behave as")
	real := flags.String("real", "", "check a real cloud instead, `PATH=URL,...` such as /identity=http://127.0.0.1:5000")
	if err := flags.Parse(args); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return err
	}
	address := "http://" + listener.Addr().String()
	var handler http.Handler
	if *real != "" {
		services, err := parseServices(*real)
		if err != nil {
			return err
		}
		handler = contract.Real(address, services)
	} else {
		emu, err := emulated(*fixture, *release)
		if err != nil {
			return err
		}
		defer func() { _ = emu.Close() }()
		handler = emu.Handler()
		if *clouds != "" {
			if err := writeClouds(*clouds, address+emulator.IdentityPath+"/v3", emu.Users()); err != nil {
				return err
			}
		}
	}
	var checker *contract.Checker
	if *folder == "" {
		fmt.Fprintln(out, "NOT RUN: validation against the contract (FAUXSTACK_CONTRACT is not set)")
	} else {
		if checker, err = contract.New(*folder); err != nil {
			return err
		}
		handler = checker.Handler(handler)
	}
	fmt.Fprintln(out, address+emulator.IdentityPath+"/v3")
	if err := serve(ctx, listener, handler); err != nil || checker == nil || *report == "" {
		return err
	}
	return checker.Report().Write(*report)
}

// emulated is a cloud that begins as a fixture.
func emulated(fixture, release string) (*emulator.Emulator, error) {
	opts := []emulator.Option{emulator.WithRelease(release)}
	if fixture != "" {
		f, err := fixtures.Load(fixture)
		if err != nil {
			return nil, err
		}
		opts = append(opts, emulator.WithFixture(f))
	}
	emu, err := emulator.New(opts...)
	if err != nil {
		return nil, err
	}
	emu.URL() // a socket of its own, for with one it does its background work in time
	return emu, nil
}

func parseServices(list string) (map[string]*url.URL, error) {
	services := map[string]*url.URL{}
	for _, entry := range strings.Split(list, ",") {
		path, target, _ := strings.Cut(entry, "=")
		u, err := url.Parse(target)
		if err != nil || u.Host == "" || !strings.HasPrefix(path, "/") {
			return nil, fmt.Errorf("service %q: want PATH=URL", entry)
		}
		services[path] = u
	}
	return services, nil
}

// serve ends with the context, and lets answers under way end first.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 30 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := server.Shutdown(ending)
	if served := <-ended; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// entries are the names that upstream's functional tests know clouds by, and the users of them.
var entries = [][2]string{
	{"devstack-admin", "admin"}, {"devstack", "demo"}, {"devstack-alt", "alt_demo"}, {"devstack-system-admin", "admin"},
}

func writeClouds(file, auth string, users []emulator.User) error {
	var b strings.Builder
	b.WriteString("clouds:\n")
	for _, entry := range entries {
		for _, u := range users {
			if u.Name != entry[1] {
				continue
			}
			fmt.Fprintf(&b, "  %s:\n    auth:\n", entry[0])
			scope := [][2]string{{"project_name", u.Project}, {"project_domain_id", u.DomainID}}
			if strings.Contains(entry[0], "-system-") {
				scope = [][2]string{{"system_scope", "all"}}
			}
			for _, v := range append(scope, [][2]string{
				{"auth_url", auth}, {"username", u.Name}, {"password", u.Password}, {"user_domain_id", u.DomainID},
			}...) {
				fmt.Fprintf(&b, "      %s: %q\n", v[0], v[1])
			}
			fmt.Fprintf(&b, "    region_name: %q\n    identity_api_version: \"3\"\n    volume_api_version: \"3\"\n", u.Region)
		}
	}
	temp := file + ".tmp" // so that whoever waits for the file never reads half of it
	if err := os.WriteFile(temp, []byte(b.String()), 0o600); err != nil {
		return err
	}
	return os.Rename(temp, file)
}
