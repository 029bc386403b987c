@nova @cinder @config:compute
Feature: Servers and their volumes
  A server boots from an image or from a volume, and has more volumes attached to it while it runs. Nova reserves and connects
  each by way of Cinder, whose volumes are in use from then on: they tell of their server, and nobody but Nova takes them away.

  Background:
    Given block storage microversion 3.44
    And an active image "golden" with the data "hello"
    And an available volume "data" of 1 GiB

  @op:nova.servers.volume_attachments.create @op:nova.servers.volume_attachments.delete
  Scenario: A volume is attached and detached
    Given an active server "box" from the image "golden"
    When I attach the volume "data" to the server "box"
    Then the volume "data" becomes "in-use"
    And the volume "data" is attached to the server "box"
    And the server "box" has the volumes "data"
    When I detach the volume "data" from the server "box"
    Then the volume "data" becomes "available"
    And the volume "data" is attached to no server
    And the server "box" has the volumes ""

  @op:nova.servers.volume_attachments.list @op:nova.servers.volume_attachments.show
  Scenario: What a server tells of its volumes
    Given an active server "box" from the image "golden"
    And I attach the volume "data" to the server "box"
    And the volume "data" becomes "in-use"
    When I send GET "servers/{box}/os-volume_attachments" to Nova
    Then one of the "volumeAttachments" in the answer says:
      | volumeId              | {data}   |
      | serverId              | {box}    |
      | device                | /dev/vdb |
      | delete_on_termination | false    |
    When I send GET "servers/{box}/os-volume_attachments/{data}" to Nova
    Then the answer says:
      | volumeAttachment.volumeId | {data} |

  @op:cinder.volumes.delete
  Scenario: A volume in use is not deleted
    Given an active server "box" from the image "golden"
    And I attach the volume "data" to the server "box"
    And the volume "data" becomes "in-use"
    When I try to delete the volume "data"
    Then it is refused as a bad request, saying "Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer."

  @op:cinder.attachments.delete
  Scenario: Nobody but Nova takes a volume from a server
    Given an active server "box" from the image "golden"
    And I attach the volume "data" to the server "box"
    And the volume "data" becomes "in-use"
    When I try to delete the attachment of the volume "data" to the server "box"
    Then it is refused as a conflict, saying "ConflictNovaUsingAttachment: Detach volume from instance {box} using the Compute API"
    When the administrator tries to delete the attachment of the volume "data" to the server "box"
    Then it is refused as a conflict, saying "ConflictNovaUsingAttachment: Detach volume from instance {box} using the Compute API"
    And the volume "data" is attached to the server "box"

  @op:cinder.volumes.os-detach @op:cinder.volumes.os-terminate_connection @op:cinder.volumes.os-force_detach
  Scenario Outline: Nor by <action>
    Given an active server "box" from the image "golden"
    And I attach the volume "data" to the server "box"
    And the volume "data" becomes "in-use"
    When the administrator tries to send POST "volumes/{data}/action" to Cinder:
      """
      {"<action>": <parameters>}
      """
    Then it is refused as a conflict, saying "ConflictNovaUsingAttachment: Detach volume from instance {box} using the Compute API"

    Examples:
      | action                  | parameters                      |
      | os-detach               | {}                              |
      | os-terminate_connection | {"connector": {"host": "else"}} |
      | os-force_detach         | {"connector": {"host": "else"}} |

  @op:nova.servers.delete
  Scenario: Of a server's volumes, those go with it that were to
    Given an available volume "scratch" of 1 GiB
    And an active server "box" from the image "golden"
    And I attach the volume "data" to the server "box"
    And I attach the volume "scratch" to the server "box", which it goes with
    And the volume "scratch" becomes "in-use"
    And the volume "data" becomes "in-use"
    When I delete the server "box"
    Then the server "box" disappears
    And the volume "scratch" disappears
    And the volume "data" becomes "available"

  @op:nova.servers.create
  Scenario: A server boots from a volume, which goes with it
    Given an available volume "root" of 1 GiB from the image "golden"
    When I create a server "box" from the volume "root", which goes with it
    Then the server "box" becomes "ACTIVE"
    And the volume "root" becomes "in-use"
    And the server "box" has the volumes "root"
    When I delete the server "box"
    Then the server "box" disappears
    And the volume "root" disappears

  @op:nova.servers.volume_attachments.delete
  Scenario: It keeps what it boots from
    Given an available volume "root" of 1 GiB from the image "golden"
    And an active server "box" from the volume "root"
    When I try to detach the volume "root" from the server "box"
    Then it is refused as forbidden, saying "Cannot detach a root device volume"
    When I delete the server "box"
    Then the server "box" disappears
    And the volume "root" becomes "available"

  @op:nova.servers.volume_attachments.create
  Scenario: A volume is for one server
    Given an active server "box" from the image "golden"
    And an active server "other" from the image "golden"
    And I attach the volume "data" to the server "box"
    And the volume "data" becomes "in-use"
    When I try to attach the volume "data" to the server "other"
    Then it is refused as a bad request
    And the server "other" has the volumes ""

  @op:nova.servers.volume_attachments.create
  Scenario: Unless it is for many
    Given an active server "box" from the image "golden"
    And an active server "other" from the image "golden"
    And the administrator creates "shared" by POST "types" to Cinder:
      """
      {"volume_type": {"name": "{name:shared}", "extra_specs": {"multiattach": "<is> True"}}}
      """
    And I create "disk" by POST "volumes" to Cinder:
      """
      {"volume": {"size": 1, "name": "{name:disk}", "volume_type": "{shared}"}}
      """
    And the volume "disk" becomes "available"
    When I attach the volume "disk" to the server "box"
    Then the volume "disk" becomes "in-use"
    When I attach the volume "disk" to the server "other"
    Then the server "other" has the volumes "disk"
    And the volume "disk" is attached to the server "box"
    And the volume "disk" is attached to the server "other"
    When I detach the volume "disk" from the server "box"
    Then the server "box" has the volumes ""
    And the volume "disk" is "in-use"
    And I detach the volume "disk" from the server "other"
    And the volume "disk" becomes "available"

  @op:nova.servers.volume_attachments.create
  Scenario: Somebody else's volume, and somebody else's server
    Given an active server "box" from the image "golden"
    When a stranger tries to attach the volume "data" to the server "box"
    Then it is refused as not found, saying "Instance {box} could not be found."
    And the volume "data" is "available"
