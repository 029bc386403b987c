@cinder
Feature: Volumes that migrate
  An administrator has a volume go to another backend, and so has whoever gives it a type that its backend cannot have, if they
  say that it may migrate.

  Background:
    Given an available volume "boot" of 1 GiB

  @op:cinder.volumes.os-retype
  Scenario: A new type takes a volume to another backend
    Given a volume type "far" of another backend than the volume "boot"
    When I change the type of the volume "boot" to "far", which may migrate it
    Then the volume "boot" arrives on another backend
    And the volume "boot" becomes "available"

  @op:cinder.volumes.os-retype
  Scenario: Not unless it may migrate
    Given a volume type "far" of another backend than the volume "boot"
    When I change the type of the volume "boot" to "far"
    Then the volume "boot" becomes "available"
    And the volume "boot" has:
      | migration_status | null |

  # volume/api.py, migrate_volume; observed on release Zed.
  @op:cinder.volumes.os-migrate_volume
  Scenario Outline: Where a volume cannot go: <where>
    When the administrator tries to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-migrate_volume": <parameters>}
      """
    Then it is refused as a bad request, saying "<message>"

    Examples:
      | where             | parameters        | message                                                                        |
      | no such host      | {"host": "zork"}  | Invalid host: No available service named 'zork'                                |
      | no host           | {}                | Invalid input for field/attribute os-migrate_volume. Value: {}. 'host' is a required property |

  @op:cinder.volumes.os-migrate_volume
  Scenario: Nobody but an administrator says where
    When I try to send POST "volumes/{boot}/action" to Cinder:
      """
      {"os-migrate_volume": {"host": "zork"}}
      """
    Then it is refused as forbidden, saying "Policy doesn't allow volume_extension:volume_admin_actions:migrate_volume to be performed."

  # volume/api.py, migrate_volume_completion.
  @op:cinder.volumes.os-migrate_volume_completion
  Scenario: Nothing is completed that was not begun
    Given an available volume "copy" of 1 GiB
    When the administrator sends POST "volumes/{boot}/action" to Cinder:
      """
      {"os-migrate_volume_completion": {"new_volume": "{copy}"}}
      """
    Then the answer says:
      | save_volume_id | {copy} |
    And the volume "boot" is "available"
    And the volume "copy" is "available"
