@nova @cinder @config:compute
Feature: Volumes in use that migrate
  A volume that a server has goes to another backend while the server runs: Cinder makes a copy there, Nova has the server change
  over to it, and the copy takes the volume's id. To its users it is the same volume all the time.

  Background:
    Given block storage microversion 3.44
    And an active image "golden" with the data "hello"
    And an available volume "data" of 1 GiB from the image "golden"
    And an active server "box" from the image "golden"
    And I attach the volume "data" to the server "box"
    And the volume "data" becomes "in-use"

  @op:cinder.volumes.os-migrate_volume @op:cinder.volumes.os-migrate_volume_completion @op:nova.servers.volume_attachments.update
  Scenario: An administrator has it migrate
    When the administrator migrates the volume "data" to another backend
    Then the volume "data" arrives on another backend
    And the volume "data" becomes "in-use"
    And the volume "data" is attached to the server "box"
    And the server "box" has the volumes "data"
    When I detach the volume "data" from the server "box"
    Then the volume "data" becomes "available"

  @op:cinder.volumes.os-retype
  Scenario: A new type has it migrate
    Given a volume type "far" of another backend than the volume "data"
    When I change the type of the volume "data" to "far", which may migrate it
    Then the volume "data" arrives on another backend
    And the volume "data" becomes "in-use"
    And the server "box" has the volumes "data"

  @op:cinder.volumes.os-migrate_volume @control
  Scenario: It stays where it is when its server cannot change over
    Given the work "nova.server.swap_volume" fails
    When the administrator migrates the volume "data" to another backend
    Then the volume "data" stays on its backend
    And the volume "data" becomes "in-use"
    And the volume "data" is attached to the server "box"
    And the server "box" has the volumes "data"

  @op:cinder.volumes.os-migrate_volume
  Scenario: A volume of several servers stays where it is
    Given an active server "other" from the image "golden"
    And the administrator creates "shared" by POST "types" to Cinder:
      """
      {"volume_type": {"name": "{name:shared}", "extra_specs": {"multiattach": "<is> True"}}}
      """
    And I create "disk" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:disk}", "volume_type": "{shared}"}}
      """
    And the volume "disk" becomes "available"
    And I attach the volume "disk" to the server "box"
    And the volume "disk" becomes "in-use"
    And I attach the volume "disk" to the server "other"
    And the server "other" has the volumes "disk"
    When the administrator migrates the volume "disk" to another backend
    Then the volume "disk" stays on its backend
    And the volume "disk" is attached to the server "box"
    And the volume "disk" is attached to the server "other"

  # nova/api/openstack/compute/volume_attachments.py, since 32.0.0.
  @op:nova.servers.volume_attachments.update @since:flamingo
  Scenario: Nobody swaps volumes but for a migration
    Given an available volume "spare" of 1 GiB
    When the administrator tries to send PUT "servers/{box}/os-volume_attachments/{data}" to Nova:
      """
      {"volumeAttachment": {"volumeId": "{spare}"}}
      """
    Then it is refused as a conflict, saying "volume {data} is not migrating; this API should only be called by Cinder"
