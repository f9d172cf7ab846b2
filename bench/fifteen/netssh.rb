# What Teuton's own library has to do for the fifteen checks: net-ssh, a thread a student, a session a machine, an exec a check.
# No Teuton: it is not installed here. Whatever Teuton does besides (its language, its reports) comes on top.
require "net/ssh"

CHECKS = {
  "machine-reached" => ["true; echo $?", ->(t) { t == "0" }],
  "passwd-there" => ["ls /etc/passwd", ->(t) { t == "/etc/passwd" }],
  "shadow-closed" => ["stat -c %a /etc/shadow", ->(t) { t.end_with?("0") }],
  "tmp-sticky" => ["stat -c %a /tmp", ->(t) { t == "1777" }],
  "hosts-owned" => ["stat -c %U /etc/hosts", ->(t) { t == "root" }],
  "sh-runs" => ["stat -L -c %A /bin/sh", ->(t) { t.end_with?("x") }],
  "root-home-closed" => ["stat -c %U /root", ->(t) { t == "root" }],
  "machine-id-set" => ["cat /etc/machine-id", ->(t) { t.length == 32 }],
  "sshd-runs" => ["pgrep -x sshd | head -n 1", ->(t) { t != "" }],
  "ssh-port-open" => ["ss -tlnH | head -n 1", ->(t) { t != "" }],
  "root-there" => ["getent passwd root", ->(t) { t.start_with?("root:") }],
  "nobody-there" => ["getent passwd nobody", ->(t) { t.start_with?("nobody:") }],
  "pid-limit" => ["cat /proc/sys/kernel/pid_max", ->(t) { t.to_i >= 4096 }],
  "swappiness-sane" => ["cat /proc/sys/vm/swappiness", ->(t) { t.to_i <= 200 }],
  "awk-there" => ["command -v awk", ->(t) { t != "" }],
}.freeze

folder, port, user, *addresses = ARGV
passed = addresses.map do |address|
  Thread.new do
    Net::SSH.start(address, user, port: port.to_i, keys: ["#{folder}/id"], keys_only: true, config: false, non_interactive: true,
                   user_known_hosts_file: "#{folder}/peers_known_hosts", global_known_hosts_file: [], kex: ["curve25519-sha256"], append_all_supported_algorithms: true) do |session|
      CHECKS.count do |name, (command, holds)|
        text = session.exec!(command).to_s.strip
        holds.call(text) || warn("#{address} #{name}: #{text}")
      end
    end
  end
end.sum(&:value)
puts "#{passed} passed"
